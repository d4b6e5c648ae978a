/** Bytes of one class are not told apart. The first class is that of all bytes that are in no other. */
export interface ByteClass {
  /** One character for each byte. */
  readonly bytes: string;

  /** How often its bytes occur in logs: a share of all bytes, larger where they are in many lines, as the digits of times are. */
  readonly frequency: number;
}

/** Letters, each in one class with its capital, except for capitals that tell phrases and columns apart. In thousandths. */
const LETTERS =
  'a45 b10 c30 d25 e70 f12 g12 h12 i45 j2 k8 l30 m20 n45 o45 p20 q2 r45 s45 t55 u20 v8 w8 x2 y8 z2 A2 B2 C2 E2 F2 I2 K2 N2 S2 T2 U2 W2';
/** Punctuation that tells patterns apart. BuildKit begins all its lines with `#`. */
const PUNCTUATION = '"2 #250 (2 )2 *2 +2 -20 .25 /20 :25 =2 >2 [2 ]2 ^2 _8 {2 |2 ~2';

const OTHERS: ByteClass = { bytes: '', frequency: 0.04 };

/** At most 64. */
export const BYTE_CLASSES: readonly ByteClass[] = [
  OTHERS,
  ...`${LETTERS} ${PUNCTUATION}`.split(' ').map((each) => ({ bytes: each[0] ?? '', frequency: Number(each.slice(1)) / 1_000 })),
  { bytes: "!$%&',;<?@\\`}", frequency: 0.02 },
  { bytes: '0123456789', frequency: 0.25 },
  { bytes: ' \t', frequency: 0.13 },
  { bytes: '\n', frequency: 0.02 },
  // What a terminal does not show as it is.
  { bytes: '\x07\b\r\x1b', frequency: 0.002 },
  // The last bytes in UTF-8 of the signs of test runners, of dots and of an ellipsis.
  { bytes: '\x8c\x95\x96\x97\x98\xa0\xa2\xa6\xaf', frequency: 0.005 },
];

/** The class of each byte: an index of {@link BYTE_CLASSES}. */
export const CLASS_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  const own = classWith(character);
  return own === 0 && byte < 0x80 ? classWith(character.toLowerCase()) : own;
});

function classWith(character: string): number {
  return Math.max(
    0,
    BYTE_CLASSES.findIndex(({ bytes }) => bytes.includes(character)),
  );
}

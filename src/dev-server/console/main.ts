import { readAddress } from './address.ts';
import { Console } from './console.ts';
import { Gate } from './gate.ts';
import { loadViewer } from './load-viewer.ts';
import { credentialIn } from './session.ts';
import { Solo } from './solo.ts';

const credential = credentialIn(location.hash);
const { log, solo } = readAddress(location.search);
void new Gate(solo && log !== undefined ? new Solo(log) : new Console()).open(credential);

void loadViewer();

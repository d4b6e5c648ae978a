import { assert } from 'chai';
import { drawRuns } from '../../../../src/element/viewport/text/draw-runs.ts';
import { GlyphSpacing } from '../../../../src/element/viewport/text/glyph-spacing.ts';
import { chipPicture } from '../../../../src/element/terminal/chips.ts';
import { parseLine } from '../../../../src/element/terminal/parse.ts';
import { cellCount, rowCount } from '../../../../src/element/terminal/wrap.ts';
import { rowStyles } from '../../../../src/element/styles/rows.ts';
import { textStyles } from '../../../../src/element/styles/text.ts';
import { tokens } from '../../../../src/element/styles/tokens.ts';

const ESC = '\x1b';

/** What fonts like to draw wider or narrower than a terminal does. */
const HARD = [
  '日本語のログ、全角（カッコ）と半角ｶﾅ。',
  '한국어 로그 메시지입니다',
  '中文日志：构建成功，共 128 个文件',
  '🚀 deploy 🎉 done ✅ ❌ ⚠️ ⚠ ℹ️ ℹ',
  '👩‍👩‍👧‍👦 family 👍🏽 thumbs 🏳️‍🌈 flag 🇩🇪🇫🇷 nations 1️⃣ key',
  '✓ ✔ ✗ ✘ ● ○ ◐ ■ ▶ ➜ → ⇒ … — • ⠋⠙⠹⠸⠼ ★ ☆ ♥ ™ ©',
  '┌──────┬──────┐ ╭──╮ ━━━━━╸ ═══ ▀▄█▌▐░▒▓',
  '│ cell │ 日本 │ ║ ║ ╔═╗ ▏▎▍▌▋▊▉█',
  '\ue0b0 powerline \uf415 nerd \u{f0001}',
  'e\u0301a\u0308o\u0302 naïve café Ünïcödé привет Ελληνικά',
  '\u0301orphan and\u0301 not, \ufeffmark \u200bspace\u2003em\u202fnarrow',
  '𝒜𝓁𝓅𝒽𝒶 ｆｕｌｌ 〈brackets〉 ⏰ ⌚ ☕',
  '\x01\x1f\x9b'.repeat(60),
  'a\0b\x7fc\u202ed\u00ade\u2028f\u200eg',
  `${ESC}[1mbold 日本語 ✓${ESC}[0m ${ESC}[4munder 日本 🚀 한${ESC}[0m ${ESC}[7m 反転 ${ESC}[0m`,
  `日\t本\tx\t🚀\t|${'\t日'.repeat(40)}`,
  `${'日'.repeat(99)}x${'本'.repeat(99)}`,
  `${'x'.repeat(79)}日${'🚀'.repeat(50)}`,
  `${'👩‍👩‍👧‍👦'.repeat(60)}`,
  `${'한'.repeat(120)}`,
  `50%\r日本${'━'.repeat(200)}`,
];

function stage(): { box: HTMLElement; text: HTMLElement; cell: number; fit: GlyphSpacing; done: () => void } {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [tokens, textStyles, rowStyles].map(({ styleSheet }) => styleSheet).filter((sheet) => sheet !== undefined);
  const box = document.createElement('div');
  box.className = 'viewport';
  box.style.setProperty('position', 'static');
  const probe = document.createElement('span');
  probe.textContent = '0'.repeat(64);
  const text = document.createElement('div');
  // As rows are broken, without what else is in a row.
  text.style.cssText = 'white-space:break-spaces;line-break:anywhere';
  box.append(probe, text);
  root.append(box);
  document.body.append(host);
  const cell = probe.getBoundingClientRect().width / 64;
  probe.remove();
  return { box, text, cell, fit: new GlyphSpacing(box), done: () => host.remove() };
}

describe('the grid of a line', () => {
  it('is kept by all characters, whatever font they come from', () => {
    const { text, cell, fit, done } = stage();
    text.style.setProperty('width', 'max-content');
    text.style.setProperty('white-space', 'pre');
    const wrong: string[] = [];
    for (const line of HARD) {
      text.replaceChildren(...drawRuns(parseLine(line), fit).nodes);
      const cells = text.getBoundingClientRect().width / cell;
      if (Math.abs(cells - cellCount(line)) > 0.05 + cellCount(line) * 0.002) wrong.push(`${line}: ${cells} for ${cellCount(line)}`);
    }
    done();
    assert.deepEqual(wrong, []);
  });

  it('breaks where it is counted to break', () => {
    const { text, cell, fit, done } = stage();
    const wrong: string[] = [];
    for (const columns of [9, 20, 33, 80, 121]) {
      text.style.setProperty('width', `${columns * cell + 2}px`);
      for (const line of HARD) {
        text.replaceChildren(...drawRuns(parseLine(line), fit).nodes);
        const rows = text.getBoundingClientRect().height / 20;
        if (rows !== rowCount(line, columns)) wrong.push(`${columns}: ${line}: ${rows} for ${rowCount(line, columns)}`);
      }
    }
    done();
    assert.deepEqual(wrong, []);
  });

  it('leaves text as it is: found, selected and copied by the browser', () => {
    const { text, fit, done } = stage();
    for (const line of HARD) {
      const runs = parseLine(line);
      text.replaceChildren(...drawRuns(runs, fit).nodes);
      assert.equal(text.textContent, runs.map(({ text: part, chip }) => (chip ? chipPicture(part) : part)).join(''));
    }
    const line = 'ビルドが失敗しました ✓ 完了 한국어 done';
    const find = Reflect.get(window, 'find') as ((text: string) => boolean) | undefined;
    const findable = (): string[] =>
      ['失敗しました', '✓ 完了', '한국어', 'done'].filter((word) => {
        getSelection()?.removeAllRanges();
        return find?.call(window, word);
      });
    text.textContent = line;
    // All of them, but for WebKit, whose scripts find nothing in a shadow tree.
    const plain = findable();
    text.replaceChildren(...drawRuns(parseLine(line), fit).nodes);
    assert.isAbove(text.childElementCount, 0);
    assert.deepEqual(findable(), plain);
    done();
  });
});

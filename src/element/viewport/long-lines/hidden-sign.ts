const SVG = 'http://www.w3.org/2000/svg';
/** An eye that is struck out, 16 × 16. */
const CROSSED_EYE = 'M1.5 8s2.5-4.5 6.5-4.5S14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zm6.5-2a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM2.5 14l11-12';

/** The sign on the row of a line that hides text, which shows it. It takes no room in the row. */
export class HiddenSign {
  readonly element = document.createElement('button');

  constructor() {
    this.element.type = 'button';
    this.element.className = 'hides';
    this.element.dataset['act'] = 'raw';
    // Tab leaves the log in one step; Enter in the log reaches what is on screen.
    this.element.tabIndex = -1;
    const icon = document.createElementNS(SVG, 'svg');
    icon.setAttribute('viewBox', '0 0 16 16');
    icon.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', CROSSED_EYE);
    icon.append(path);
    this.element.append(icon);
  }

  update(isShown: boolean, name: string): void {
    if (this.element.title !== name) this.element.ariaLabel = this.element.title = name;
    this.element.ariaExpanded = String(isShown);
  }
}

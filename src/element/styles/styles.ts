import type { CSSResult } from 'lit';
import { bodyStyles } from './body.ts';
import { headerStyles } from './header.ts';
import { hostStyles } from './host.ts';
import { rowStyles } from './rows.ts';
import { stateRowStyles } from './state-rows.ts';
import { themed } from './themed.ts';
import { tokens } from './tokens.ts';

/** The styles of the first load, in order: later ones replace earlier ones. */
export const styles: CSSResult[] = [tokens, bodyStyles, hostStyles, headerStyles, rowStyles, stateRowStyles].map(themed);

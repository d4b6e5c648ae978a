// What `npm run manifest` and `cem analyze` read, and how: the TSDoc of the element is the only source.
import { elementPlugin } from './scripts/manifest/element-plugin.mjs';

export default {
  globs: [
    'src/element/element.ts',
    'src/element/worded-element.ts',
    'src/element/attributes.ts',
    'src/element/events.ts',
    'src/element/tools/keyboard/key-reader.ts',
    'src/element/styles/ansi-colors.ts',
    'src/element/styles/colors.ts',
    'src/element/util/time.ts',
  ],
  dependencies: false,
  packagejson: false,
  plugins: [elementPlugin()],
};

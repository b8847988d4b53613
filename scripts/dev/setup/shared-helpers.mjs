import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { root } from './root.mjs';

/** What tsc writes before the imports of each module that says `using`. */
const HELPERS = /^var __addDisposableResource = [\s\S]*?(?=^import )/m;
const NAMES = '{ __addDisposableResource, __disposeResources }';

/** Puts the helpers of `using` into a module of their own, which all others import; a dependency on tslib would do the same. */
export const shareHelpers = () => {
  const dist = join(root, 'dist');
  const shared = join(dist, 'disposing.js');
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.js'))) {
    const file = join(dist, name);
    const text = readFileSync(file, 'utf8');
    const [helpers] = HELPERS.exec(text) ?? [];
    if (helpers === undefined || file === shared) continue;
    writeFileSync(shared, `${helpers}export ${NAMES};\n`);
    const path = relative(dirname(file), shared).split(sep).join('/');
    writeFileSync(
      file,
      text.replace(helpers, () => `import ${NAMES} from '${path.startsWith('.') ? path : `./${path}`}';\n`),
    );
  }
};

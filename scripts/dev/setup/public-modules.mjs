import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { root } from './root.mjs';

/** Another module as a module names it: imported, or handed to a worker. */
const RELATIVE = /['"](\.{1,2}\/[^'"\n]+)\.js['"]/g;

const matches = (pattern) => {
  const [begin, end] = pattern.split('*');
  return (file) => (end === undefined ? file === pattern : file.startsWith(begin) && file.endsWith(end));
};

/**
 * Takes away what no public module leads to: nobody who installs the package could import it. `condition` is that of package.json's
 * exports, `extension` what its files end in; programs of `bin` lead to modules as well.
 */
export const keepPublic = (condition, extension) => {
  const { exports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const names = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith(extension)).map((name) => `dist/${name.split(sep).join('/')}`);
  const reached = new Set();
  const visit = (file) => {
    if (reached.has(file) || !existsSync(join(root, file))) return;
    reached.add(file);
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, path] of text.matchAll(RELATIVE))
      visit(
        join(dirname(file), path + extension)
          .split(sep)
          .join('/'),
      );
  };
  const patterns = [...Object.values(exports).map((each) => each[condition]), ...Object.values(bin)].filter(Boolean);
  for (const pattern of patterns.map((each) => each.slice('./'.length))) [pattern, ...files].filter(matches(pattern)).forEach(visit);
  for (const file of files) if (!reached.has(file)) rmSync(join(root, file));
};

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../rule.js';
import { complaintsOf } from '../../../lab/run-tool.js';

/** Layers, no cycles, and what node/ may import; the rules themselves are in `.dependency-cruiser.mjs`. */
export const layers: Rule = {
  name: 'layers',
  find: (root) => {
    const folders = ['node', 'scripts', 'test'].filter((folder) => existsSync(join(root, folder)));
    return complaintsOf(root, 'dependency-cruiser/bin/dependency-cruiser.mjs', [
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'err',
      ...folders,
    ]);
  },
};

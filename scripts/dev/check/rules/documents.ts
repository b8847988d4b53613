import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missingCommands } from '../documents/commands.js';
import { missingNames, missingPaths, missingSections } from '../documents/paths.js';
import { unnamedRooms } from '../documents/rooms.js';
import { projectFiles } from '../project-files.js';
import type { Rule } from '../rule.js';

/** The page that names every room. */
const MAP = 'docs/architecture.md';

/**
 * Every path, every name in a file (`path.ts#name`), every linked section and every npm script that README, CONTRIBUTING and docs/ name exists,
 * and the architecture names every room of node/.
 */
export const documents: Rule = {
  name: 'documents',
  find: async (root) => {
    const { scripts = {} } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts?: Record<string, string> };
    const files = await projectFiles(root, 'README.md', 'CONTRIBUTING.md', 'docs/*.md');
    const map = files.find(({ path }) => path === MAP) ?? { path: MAP, text: '' };
    return [
      ...files.flatMap((file) => [
        ...missingPaths(root, file),
        ...missingNames(root, file),
        ...missingSections(root, file),
        ...missingCommands(scripts, file),
      ]),
      ...(await unnamedRooms(root, map)),
    ];
  },
};

import type { Rule } from '../rule.js';
import { complaintsOf } from '../../../lab/run-tool.js';

/** TypeScript, JavaScript, Solidity, JSON and Markdown are formatted; `npm run format` does it. */
export const formatting: Rule = {
  name: 'formatting',
  find: (root) => complaintsOf(root, 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
};

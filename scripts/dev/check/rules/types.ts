import type { Rule } from '../rule.js';
import { complaintsOf } from '../../../lab/run-tool.js';

/** Everything type-checks, tests and scripts too. */
export const types: Rule = {
  name: 'types',
  find: (root) => complaintsOf(root, 'typescript/bin/tsc', ['-p', '.', '--pretty', 'false']),
};

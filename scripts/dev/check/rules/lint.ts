import type { Rule } from '../rule.js';
import { complaintsOf } from '../../../lab/run-tool.js';

/** ESLint with types; a warning fails. */
export const lint: Rule = {
  name: 'lint',
  find: (root) => complaintsOf(root, 'eslint/bin/eslint.js', ['.', '--max-warnings', '0']),
};

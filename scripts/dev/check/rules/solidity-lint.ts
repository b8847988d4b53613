import type { Rule } from '../rule.js';
import { complaintsOf } from '../../../lab/run-tool.js';

/** solhint over what is deployed; a warning fails. */
export const solidityLint: Rule = {
  name: 'Solidity lint',
  find: (root) => complaintsOf(root, 'solhint/solhint.js', ['--max-warnings', '0', '--noPoster', '--disc', 'contracts/**/*.sol']),
};

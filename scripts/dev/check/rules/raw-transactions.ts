import { projectFiles } from '../project-files.js';
import type { Rule } from '../rule.js';

const FORBIDDEN =
  /\b(eth_sendTransaction|eth_accounts|eth_signTransaction|personal_sendTransaction|personal_unlockAccount|JsonRpcSigner)\b|\.getSigner\(/;

/** The node signs every transaction itself: nothing under node/ uses an account that the RPC holds. */
export const rawTransactions: Rule = {
  name: 'raw transactions',
  find: async (root) =>
    (await projectFiles(root, 'node/**/*.ts')).flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => {
        const [word] = FORBIDDEN.exec(line) ?? [];
        return word === undefined ? [] : [`${path}:${index + 1} uses ${word}: sign locally and send the raw transaction`];
      }),
    ),
};

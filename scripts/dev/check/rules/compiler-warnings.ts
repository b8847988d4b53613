import { projectFiles } from '../project-files.js';
import type { Rule } from '../rule.js';

interface BuildOutput {
  readonly output?: {
    readonly errors?: readonly {
      readonly severity: string;
      readonly formattedMessage: string;
      readonly sourceLocation?: { readonly file: string };
    }[];
  };
}

const isOurs = (file: string | undefined): boolean => file === undefined || /^(project\/)?contracts\//.test(file);

/** The Solidity compiler has nothing to say about contracts/. Reads what the last build kept of its output. */
export const compilerWarnings: Rule = {
  name: 'compiler warnings',
  find: async (root) => {
    const outputs = await projectFiles(root, 'artifacts/build-info/*.output.json');
    if (outputs.length === 0) return ['artifacts/build-info holds no output of the compiler: run npm run build'];
    return outputs.flatMap(({ text }) =>
      ((JSON.parse(text) as BuildOutput).output?.errors ?? [])
        .filter(({ severity, sourceLocation }) => severity !== 'info' && isOurs(sourceLocation?.file))
        .map(({ formattedMessage }) => formattedMessage.trim()),
    );
  },
};

import type { ProjectFile } from '../project-files.js';

const COMMAND = /\bnpm (?:run (?:-\S+ )*([\w:-]+)|(start|test)\b)/g;

/** npm scripts that the page names and package.json does not have. */
export const missingCommands = (scripts: Readonly<Record<string, string>>, { path, text }: ProjectFile): readonly string[] =>
  [...new Set([...text.matchAll(COMMAND)].map(([, run, word]) => run ?? word ?? ''))]
    .filter((name) => !(name in scripts))
    .map((name) => `${path} names the npm script "${name}", which package.json does not have`);

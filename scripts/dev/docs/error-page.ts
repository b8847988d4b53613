import { format, resolveConfig } from 'prettier';
import { errorAreas, type ErrorArea, type ErrorRow } from './error-rows.js';

/** Where the page lies, from the root. */
export const ERROR_PAGE = 'docs/errors.md';

const INTRODUCTION = [
  '# Errors',
  '',
  'Every error that a person may see has a code that stays the same, a sentence, and what to do. With `--json` the command line',
  'prints `{"error":{"code","message","remedy","data"}}`. This page is written by `npm run docs` from `node/core/errors/`.',
  '',
].join('\n');

/** The page of all error codes, from the source of the table. */
export const errorPage = async (root: string): Promise<string> => {
  const areas = await errorAreas(root);
  const options = await resolveConfig(`${root}/${ERROR_PAGE}`);
  return await format([INTRODUCTION, ...areas.map(section)].join('\n'), { ...options, plugins: [], parser: 'markdown' });
};

const section = ({ title, rows }: ErrorArea): string => [`## ${title.replace(/\.$/, '')}`, '', ...rows.map(item), ''].join('\n');

const item = ({ code, sentence, remedy }: ErrorRow): string => `- **\`${code}\`** ${escaped(sentence)}. _${escaped(remedy)}_`;

const escaped = (text: string): string => text.replaceAll(/[<>*_`[\]]/g, String.raw`\$&`);

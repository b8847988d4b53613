import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_PAGE, errorPage } from '../../docs/error-page.js';
import { errorAreas } from '../../docs/error-rows.js';
import { projectFiles } from '../project-files.js';
import type { Rule } from '../rule.js';

/** Code spans that look like an error code: two words or more in capitals. */
const CODE_SPAN = /`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g;
/** What else is written that way in a document: settings of the environment. */
const SETTING = /^HOLDFAST_/;

/** The table of errors and the documents agree: no code is missing, left over, or defined twice. */
export const errorCodes: Rule = {
  name: 'error codes',
  find: async (root) => {
    const codes = (await errorAreas(root)).flatMap(({ rows, path }) => rows.map(({ code }) => ({ code, path })));
    const known = new Set(codes.map(({ code }) => code));
    const twice = codes.filter(({ code }, index) => codes.findIndex((other) => other.code === code) !== index);
    const page = await readFile(join(root, ERROR_PAGE), 'utf8').catch(() => '');
    const documents = (await projectFiles(root, 'README.md', 'CONTRIBUTING.md', 'docs/*.md')).filter(({ path }) => path !== ERROR_PAGE);
    const strangers = documents.flatMap(({ path, text }) =>
      [...text.matchAll(CODE_SPAN)]
        .map(([, code = '']) => code)
        .filter((code) => !known.has(code) && !SETTING.test(code))
        .map((code) => `${path} names ${code}, which is no error code`),
    );
    return [
      ...twice.map(({ code, path }) => `${path} defines ${code} a second time`),
      ...(page === (await errorPage(root)) ? [] : [`${ERROR_PAGE} is not what npm run docs writes`]),
      ...strangers,
    ];
  },
};

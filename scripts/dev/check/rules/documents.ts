import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectFiles, type ProjectFile } from '../project-files.js';
import type { Rule } from '../rule.js';

/** Folders that a build makes. */
const GENERATED = /^(node_modules|dist|artifacts|cache|coverage|node\/chain\/contracts)(\/|$)/;
const PATH = /^\.?[\w@-]+(?:[/.][\w@*-]+)*\/?$/;
const LINK = /\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g;
const CODE_SPAN = /`([^`\n]+)`/g;
const COMMAND = /\bnpm (?:run ([\w:-]+)|(start|test)\b)/g;
const FENCE = /^```[\s\S]*?^```/gm;

/** Whether a code span means a file or folder of ours: it starts with one, or ends as our sources do (JSON may be a user's). */
const isPath = (text: string, tops: (name: string) => boolean): boolean => {
  if (!PATH.test(text) || text.includes('*')) return false;
  if (/\.(md|ts|mjs|sol|js)$/.test(text)) return true;
  return text.includes('/') && (tops(text.split('/')[0] ?? '') || text.endsWith('/'));
};

const missingPaths = (root: string, { path, text }: ProjectFile): readonly string[] => {
  const prose = text.replaceAll(FENCE, '');
  const tops = (name: string): boolean => existsSync(join(root, name));
  const spans = [...prose.matchAll(CODE_SPAN)].flatMap(([, span = '']) => span.split(/\s+/)).filter((word) => isPath(word, tops));
  const links = [...prose.matchAll(LINK)].map(([, link = '']) => join(dirname(path), link));
  return [...new Set([...spans, ...links])]
    .filter((name) => !GENERATED.test(name) && !existsSync(join(root, name)))
    .map((name) => `${path} names ${name}, which does not exist`);
};

const missingCommands = (scripts: Readonly<Record<string, string>>, { path, text }: ProjectFile): readonly string[] =>
  [...new Set([...text.matchAll(COMMAND)].map(([, run, word]) => run ?? word ?? ''))]
    .filter((name) => !(name in scripts))
    .map((name) => `${path} names the npm script "${name}", which package.json does not have`);

/** Every path and every npm script that README and docs/ name exists. */
export const documents: Rule = {
  name: 'documents',
  find: async (root) => {
    const { scripts = {} } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts?: Record<string, string> };
    const files = await projectFiles(root, 'README.md', 'docs/*.md');
    return files.flatMap((file) => [...missingPaths(root, file), ...missingCommands(scripts, file)]);
  },
};

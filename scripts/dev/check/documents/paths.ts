import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProjectFile } from '../project-files.js';
import { defines } from './definitions.js';
import { hasHeading } from './headings.js';

/** Folders that a build makes. */
const GENERATED = /^(node_modules|dist|artifacts|cache|coverage|node\/chain\/contracts)(\/|$)/;
const PATH = /^\.?[\w@-]+(?:[/.][\w@*-]+)*\/?$/;
/** A name in a file: `node/core/data/merkle.ts#rootOf`. */
const NAMED = /^([\w@./-]+\.(?:ts|mjs|sol))#(\w+)$/;
const LINK = /\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)/g;
const CODE_SPAN = /`([^`\n]+)`/g;
const FENCE = /^```[\s\S]*?^```/gm;

const proseOf = (text: string): string => text.replaceAll(FENCE, '');

/** The words in code spans outside of blocks of code. */
export const spanWords = (text: string): readonly string[] =>
  [...proseOf(text).matchAll(CODE_SPAN)].flatMap(([, span = '']) => span.split(/\s+/));

/** Whether a code span means a file or folder of ours: it starts with one, or ends as our sources do (JSON may be a user's). */
const isPath = (text: string, tops: (name: string) => boolean): boolean => {
  if (!PATH.test(text) || text.includes('*')) return false;
  if (/\.(md|ts|mjs|sol|js)$/.test(text)) return true;
  return text.includes('/') && (tops(text.split('/')[0] ?? '') || text.endsWith('/'));
};

/** Paths that the page names, in code spans and links, and that lead nowhere. */
export const missingPaths = (root: string, { path, text }: ProjectFile): readonly string[] => {
  const tops = (name: string): boolean => existsSync(join(root, name));
  const spans = spanWords(text)
    .map((word) => NAMED.exec(word)?.[1] ?? word)
    .filter((word) => isPath(word, tops));
  const links = [...proseOf(text).matchAll(LINK)].filter(([, link]) => link !== '').map(([, link = '']) => join(dirname(path), link));
  return [...new Set([...spans, ...links])]
    .filter((name) => !GENERATED.test(name) && !existsSync(join(root, name)))
    .map((name) => `${path} names ${name}, which does not exist`);
};

/** Names in files (`path.ts#name`) that the file does not define. */
export const missingNames = (root: string, { path, text }: ProjectFile): readonly string[] =>
  [...new Set(spanWords(text))].flatMap((word) => {
    const [, file = '', name = ''] = NAMED.exec(word) ?? [];
    if (file === '' || !existsSync(join(root, file)) || defines(readFileSync(join(root, file), 'utf8'), name)) return [];
    return [`${path} names ${word}, and ${file} defines no ${name}`];
  });

/** Links to a section (`page.md#section`, `#section`) that the page does not have. */
export const missingSections = (root: string, { path, text }: ProjectFile): readonly string[] =>
  [...proseOf(text).matchAll(LINK)].flatMap(([, link = '', section]) => {
    const target = link === '' ? path : join(dirname(path), link);
    if (section === undefined || !target.endsWith('.md') || !existsSync(join(root, target))) return [];
    const page = target === path ? text : readFileSync(join(root, target), 'utf8');
    return hasHeading(proseOf(page), section) ? [] : [`${path} links to ${target}#${section}, which has no such heading`];
  });

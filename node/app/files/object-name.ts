import { HoldfastError } from '../../core/errors/holdfast-error.js';

/** Most bytes (UTF-8) of a name and of each of its parts: what Linux takes for a path and for a file's name. */
export const NAME_BYTES = 4_095;
export const PART_BYTES = 255;

const partProblem = (part: string): string | undefined => {
  if (part === '') return 'it begins or ends with "/", or has two of them in a row';
  if (part === '.' || part === '..') return `a part of it is "${part}"`;
  return Buffer.byteLength(part) > PART_BYTES ? `a part of it is longer than ${PART_BYTES} bytes` : undefined;
};

/** Why `name` cannot be the name of an object; undefined if it can. */
export const nameProblem = (name: string): string | undefined => {
  if (name === '') return 'it is empty';
  if (!name.isWellFormed()) return 'it is no Unicode text';
  if (name.includes('\0')) return 'it has a zero byte';
  if (Buffer.byteLength(name) > NAME_BYTES) return `it is longer than ${NAME_BYTES} bytes`;
  for (const part of name.split('/')) {
    const problem = partProblem(part);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

/**
 * `name` as the name of an object: parts separated by slashes, as a path below some folder is written, and nothing that would lead out of it.
 * Not normalized: two names are the same if their characters are. NAME_REFUSED for any other.
 */
export const requireName = (name: string): string => {
  const problem = nameProblem(name);
  if (problem !== undefined) throw new HoldfastError('NAME_REFUSED', { name, problem });
  return name;
};

/** Bytes of a file's name as text, those that are not UTF-8 as `\xff`. */
export const shownName = (bytes: Buffer): string => {
  const text = bytes.toString('utf8');
  if (Buffer.compare(Buffer.from(text), bytes) === 0) return text;
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');
};

/** A file's name that the system gave, as text. NAME_REFUSED if it is not UTF-8: another file could get the same name. */
export const textOfName = (bytes: Buffer): string => {
  const text = bytes.toString('utf8');
  if (Buffer.compare(Buffer.from(text), bytes) === 0) return text;
  throw new HoldfastError('NAME_REFUSED', { name: shownName(bytes), problem: 'it is not UTF-8' });
};

/** What comes after `folder` in the name of what lies in it; the whole name where there is none. */
export const nameBelow = (name: string, folder: string | undefined): string =>
  folder === undefined ? name : name.slice(folder.length + 1);

/** Whether an object of that name lies in the folder `prefix`, or is called so; in all folders if the prefix is empty. */
export const liesUnder = (name: string, prefix: string): boolean => {
  const folder = prefix.replace(/\/+$/, '');
  return folder === '' || name.startsWith(`${folder}/`) || (name === folder && folder === prefix);
};

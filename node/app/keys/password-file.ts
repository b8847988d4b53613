import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { unreadable } from '../../disk/disk-error.js';

/** A password as its file has it. */
export interface FiledPassword {
  readonly password: string;
  /** Whether other users of this machine may read the file. */
  readonly readableByOthers: boolean;
}

/** Most bytes of a password file. */
const FILE_CAP = 4 << 10;

/** At most `cap` + 1 bytes from `handle`: a device never ends. */
const readUpTo = async (handle: FileHandle, cap: number): Promise<Buffer> => {
  const bytes = Buffer.alloc(cap + 1);
  let at = 0;
  for (;;) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, null);
    at += bytesRead;
    if (bytesRead === 0 || at === bytes.length) return bytes.subarray(0, at);
  }
};

const refuse = (path: string, problem: string): never => {
  throw new HoldfastError('PASSWORD_FILE_REFUSED', { path, problem });
};

/** The one line of `bytes`, without a byte order mark and without the ends of lines behind it, CRLF or LF. */
const onlyLine = (path: string, bytes: Buffer): string => {
  if (bytes.length > FILE_CAP) return refuse(path, `it has more than ${FILE_CAP} bytes`);
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return refuse(path, 'it is UTF-16, and should be UTF-8');
  let text: string;
  try {
    // Takes the mark of UTF-8 away.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse(path, 'it is not text in UTF-8');
  }
  const line = text.replace(/(\r?\n)+$/, '');
  if (line === '') return refuse(path, 'it is empty');
  if (/[\r\n]/.test(line)) return refuse(path, 'it has several lines');
  if (line.includes('\0')) return refuse(path, 'it has a byte of zero');
  return line;
};

/**
 * The password in the file at `path`: its only line, as UTF-8. A pipe or a device is read as well, such as a shell's `<(…)`.
 * PASSWORD_FILE_REFUSED, FILE_UNREADABLE.
 */
export const readPasswordFile = async (path: string): Promise<FiledPassword> => {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY);
    const found = await handle.stat();
    if (found.isDirectory()) return refuse(path, 'it is a folder');
    return { password: onlyLine(path, await readUpTo(handle, FILE_CAP)), readableByOthers: found.isFile() && (found.mode & 0o044) !== 0 };
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    await handle?.close();
  }
};

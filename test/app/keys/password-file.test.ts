import { expect } from 'chai';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPasswordFile } from '../../../node/app/keys/password-file.js';
import { rejectsCoded } from '../../support/coded-errors.js';
import { withDirectory } from '../../support/temporary-directory.js';

/** A file with `content`, and what reading it comes to. */
const reading = async (content: string | Uint8Array): Promise<string> =>
  withDirectory(async (folder) => {
    const path = join(folder, 'password');
    await writeFile(path, content, { mode: 0o600 });
    return (await readPasswordFile(path)).password;
  });

describe('a password file', () => {
  for (const [what, content] of [
    ['no end of line', 'correct horse'],
    ['an end of line', 'correct horse\n'],
    ['CRLF', 'correct horse\r\n'],
    ['empty lines behind it', 'correct horse\r\n\n\n'],
    ['a byte order mark', '\uFEFFcorrect horse\n'],
  ] as const)
    it(`with ${what} holds the same password`, async () => {
      expect(await reading(content)).to.equal('correct horse');
    });

  it('keeps spaces, and what else is typed', async () => {
    expect(await reading(' ünïcode \t🐴 \n')).to.equal(' ünïcode \t🐴 ');
  });

  for (const [what, content, problem] of [
    ['nothing', '', 'empty'],
    ['an empty line', '\r\n', 'empty'],
    ['a byte order mark alone', '\uFEFF', 'empty'],
    ['two lines', 'correct horse\nbattery staple\n', 'several lines'],
    ['its password on the second line', '\ncorrect horse\n', 'several lines'],
    ['UTF-16', Buffer.from('\uFEFFcorrect horse', 'utf16le'), 'UTF-16'],
    ['bytes that are no text', Uint8Array.of(0x61, 0xff, 0x62), 'not text'],
    ['a zero', 'correct\0horse', 'zero'],
    ['more than a password', 'a'.repeat(4_097), 'more than'],
  ] as const)
    it(`with ${what} is refused, and nothing of it is repeated`, async () => {
      const error = await rejectsCoded(reading(content), 'PASSWORD_FILE_REFUSED');
      expect(error.message).to.include(problem).and.to.not.include('horse');
    });

  it('that is a folder, or not there, is refused', async () => {
    await withDirectory(async (folder) => {
      await mkdir(join(folder, 'inner'));
      const error = await rejectsCoded(readPasswordFile(join(folder, 'inner')), 'PASSWORD_FILE_REFUSED');
      expect(error.message).to.include('folder');
      await rejectsCoded(readPasswordFile(join(folder, 'missing')), 'FILE_UNREADABLE');
    });
  });

  it('may be a device, which is not read to its end', async () => {
    await rejectsCoded(readPasswordFile('/dev/zero'), 'PASSWORD_FILE_REFUSED');
    await rejectsCoded(readPasswordFile('/dev/null'), 'PASSWORD_FILE_REFUSED');
  });

  it('that others may read says so', async () => {
    await withDirectory(async (folder) => {
      const path = join(folder, 'password');
      await writeFile(path, 'correct horse\n');
      for (const [mode, isOpen] of [
        [0o600, false],
        [0o400, false],
        [0o640, true],
        [0o604, true],
      ] as const) {
        await chmod(path, mode);
        expect((await readPasswordFile(path)).readableByOthers, mode.toString(8)).to.equal(isOpen);
      }
    });
  });
});

import { expect } from 'chai';
import { mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { liesUnder, nameProblem, requireName, textOfName } from '../../../node/app/files/object-name.js';
import { createTargetFolder } from '../../../node/app/files/target-folder.js';
import { rejectsCoded, throwsCoded } from '../../support/coded-errors.js';
import { withDirectory } from '../../support/temporary-directory.js';

describe('the name of an object', () => {
  it('may be whatever files are called: other scripts, control characters, quotes, dashes, dots', () => {
    const names = [
      'a',
      'photos/2024/a.jpg',
      '...',
      '.hidden',
      '-rf',
      'a\nb',
      '\u001b[2J',
      'é',
      'e\u0301',
      '家/犬',
      ' ',
      "it's",
      'a\\b',
      'C:x',
      '\u202egpj.exe',
    ];
    for (const name of [...names, 'x'.repeat(255), `${'家'.repeat(85)}/${'x'.repeat(255)}`])
      expect(nameProblem(name), name).to.equal(undefined);
  });

  it('is none that leads elsewhere, that no file can have, or that is not one text', () => {
    const refused: Readonly<Record<string, RegExp>> = {
      '': /empty/,
      '..': /"\.\."/,
      '../a': /"\.\."/,
      'a/../b': /"\.\."/,
      'a/.': /"\."/,
      '/etc/passwd': /begins or ends/,
      'photos/': /begins or ends/,
      'a//b': /two of them/,
      'a\0b': /zero byte/,
      'a\ud800': /Unicode/,
      ['x'.repeat(256)]: /longer than 255/,
      ['家'.repeat(86)]: /longer than 255/,
      [`${'x/'.repeat(2_048)}x`]: /longer than 4095/,
    };
    for (const [name, problem] of Object.entries(refused))
      expect(throwsCoded(() => requireName(name), 'NAME_REFUSED').message).to.match(problem);
  });

  it('is not made of bytes that are no text, since two files would be called the same', () => {
    const { data } = throwsCoded(() => textOfName(Buffer.from([0x61, 0xff, 0x62])), 'NAME_REFUSED');
    expect(data).to.deep.include({ name: 'a\\xffb' });
    expect(textOfName(Buffer.from('\ufffd'))).to.equal('\ufffd');
  });

  it('lies under a folder, part by part', () => {
    const under = (prefix: string): string[] => ['a', 'a/b', 'a/b/c', 'ab', 'b/a'].filter((name) => liesUnder(name, prefix));
    expect(under('')).to.have.length(5);
    expect(under('a')).to.deep.equal(['a', 'a/b', 'a/b/c']);
    expect(under('a/')).to.deep.equal(['a/b', 'a/b/c']);
    expect(under('a/b')).to.deep.equal(['a/b', 'a/b/c']);
  });
});

describe('a folder that objects are fetched into', () => {
  it('has the folders that names say, and nothing outside of it, whatever they say', () =>
    withDirectory(async (folder) => {
      const { pathOf } = createTargetFolder(join(folder, 'new', 'out'));
      expect(await pathOf('photos/2024/a.jpg')).to.equal(join(folder, 'new', 'out', 'photos', '2024', 'a.jpg'));
      await writeFile(await pathOf('photos/2024/a.jpg'), 'a');
      await writeFile(await pathOf('photos/b.jpg'), 'b');
      for (const name of ['../a', '/etc/passwd', 'photos/../../a', 'photos//a', 'photos/..'])
        await rejectsCoded(pathOf(name), 'NAME_REFUSED');
    }));

  it('may be a link itself, but no link in it is followed, nor a file taken for a folder', () =>
    withDirectory(async (folder) => {
      const out = join(folder, 'out');
      await mkdir(join(folder, 'elsewhere'));
      await mkdir(join(folder, 'real'));
      await symlink(join(folder, 'real'), out);
      await symlink(join(folder, 'elsewhere'), join(out, 'photos'));
      await writeFile(join(out, 'file'), 'kept');
      const { pathOf } = createTargetFolder(out);
      await rejectsCoded(pathOf('photos/a.jpg'), 'FILE_UNWRITABLE');
      await rejectsCoded(pathOf('photos/deep/a.jpg'), 'FILE_UNWRITABLE');
      await rejectsCoded(pathOf('file/a.jpg'), 'FILE_UNWRITABLE');
      await writeFile(await pathOf('other/a.jpg'), 'a');
      expect(await realpath(join(out, 'other', 'a.jpg'))).to.equal(join(await realpath(folder), 'real', 'other', 'a.jpg'));
      expect(await readFile(join(out, 'file'), 'utf8')).to.equal('kept');
    }));
});

import { expect } from 'chai';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSettings } from '../../node/app/settings/config.js';
import { draftSettings, type Choices } from '../../node/app/settings/draft.js';
import { changeSettingsFile } from '../../node/app/settings/file.js';
import { rejection } from '../support/coded-rejection.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const choices: Choices = { network: 'sepolia', rpc: ['https://rpc.example.org/key'], book: undefined, role: 'provider' };

describe('the settings file', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let path: string;
  const load = () => loadSettings({ home: folder.path }, {});

  beforeEach(async () => {
    folder = await temporaryDirectory();
    path = join(folder.path, 'config.json');
  });
  afterEach(() => folder.remove());

  it('may have comments and trailing commas', async () => {
    await writeFile(path, '// ours\n{\n  /* four of six */ "renter": { "k": 4, "n": 6, }, // enough\n}\n');
    expect(await load()).to.deep.include({ renter: { k: 4, n: 6, reads: 1, revisionWorth: 10n ** 15n } });
  });

  it('keeps comments, order and what else is in it when a setting changes', async () => {
    const text = '{\n  // dear\n  "rpc": "http://127.0.0.1:1",\n  "provider": {\n    // most\n    "minBytes": 5\n  }\n}\n';
    await writeFile(path, text);
    await changeSettingsFile(path, { rpc: 'http://127.0.0.1:2', book: undefined, provider: { capacityBytes: 2_097_152 } });
    expect(await readFile(path, 'utf8')).to.equal(
      text.replace(':1"', ':2"').replace('"minBytes": 5', '"minBytes": 5,\n    "capacityBytes": 2097152'),
    );
    expect((await load()).provider).to.deep.include({ minBytes: 5, capacityBytes: 2_097_152 });
  });

  it('is made if there is none, for its owner alone', async () => {
    await changeSettingsFile(path, { provider: { capacityBytes: 2_097_152 } });
    expect((await load()).provider.capacityBytes).to.equal(2_097_152);
    expect((await stat(path)).mode & 0o077).to.equal(0);
  });

  it('is left as it is when it cannot be understood, and the line is named', async () => {
    for (const text of [
      '{\n  "rpc": ,\n}',
      '[]',
      '{ "rpc": "x" ',
      `{ "x": ${'['.repeat(40_000)} }`,
      '',
      `{ "rpc": "${'x'.repeat(70_000)}" }`,
    ]) {
      await writeFile(path, text);
      const { data } = await rejection(changeSettingsFile(path, { role: 'renter' }), 'CONFIG_INVALID');
      expect(data).to.include({ source: path, key: '(file)' });
      await rejection(load(), 'CONFIG_INVALID');
      expect(await readFile(path, 'utf8')).to.equal(text);
    }
    await writeFile(path, '{\n  "rpc": ,\n}');
    expect((await rejection(load(), 'CONFIG_INVALID')).message).to.include('line 2');
  });

  for (const role of ['renter', 'provider'] as const) {
    it(`drafted for a ${role} is valid, and so is every setting in it that is commented out`, async () => {
      const draft = draftSettings({ ...choices, role });
      await writeFile(path, draft);
      expect(await load()).to.deep.include({
        network: 'sepolia',
        rpc: ['https://rpc.example.org/key'],
        role,
        renter: { k: 4, n: 6, reads: 1, revisionWorth: 10n ** 15n },
      });
      const all = draft.replaceAll(/^( *)\/\/ ("\w+": .*?),?$/gm, '$1$2,');
      expect(all).not.to.match(/\/\/ "/);
      await writeFile(path, all);
      expect(await load()).to.have.property('book', '/path/to/book.json');
      await writeFile(path, draftSettings({ ...choices, role, book: '/a "quoted" book.json' }));
      expect(await load()).to.have.property('book', '/a "quoted" book.json');
    });
  }
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { BadOption, readOptions } from '../../scripts/demo/main-job/options.js';

describe('the options of npm start', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-options-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const refusal = async (...args: readonly string[]): Promise<string> => {
    const error = await readOptions(args).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(BadOption);
    return (error as BadOption).message;
  };

  it('are seven providers and 4 of 6 when nothing is said', async () => {
    expect(await readOptions([])).to.deep.equal({
      once: false,
      file: undefined,
      json: undefined,
      providers: 7,
      code: { k: 4, n: 6 },
      chain: 'hardhat',
      packed: false,
    });
  });

  it('give one provider more than shards when n is said', async () => {
    expect(await readOptions(['--k', '1', '--n', '2'])).to.include({ providers: 3 });
  });

  it('take a file that can be read and a summary that can be written', async () => {
    const file = join(folder, 'file');
    await writeFile(file, 'something');
    expect(await readOptions(['--once', '--file', file, '--json', join(folder, 'out.json')])).to.include({ once: true, file });
  });

  it('refuse what cannot be used before anything is started', async () => {
    expect(await refusal('--file', join(folder, 'nothing'))).to.contain('cannot be read');
    expect(await refusal('--file', folder)).to.contain('no plain file');
    await writeFile(join(folder, 'empty'), '');
    expect(await refusal('--file', join(folder, 'empty'))).to.contain('an empty one');
    expect(await refusal('--k', '6')).to.contain('1…5');
    expect(await refusal('--json', join(folder, 'nowhere', 'out.json'))).to.contain('cannot be written');
    expect(await refusal('--k', '7')).to.contain('--k is "7"');
    expect(await refusal('--k', 'four')).to.contain('--k is "four"');
    expect(await refusal('--providers', '6')).to.contain('--providers is "6"');
    expect(await refusal('--chain', 'ganache')).to.contain('hardhat or anvil');
    expect(await refusal('--nonsense')).to.contain('nonsense');
  });

  it('are nothing when help is asked for', async () => {
    expect(await readOptions(['--help'])).to.equal(undefined);
  });
});

import { expect } from 'chai';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileSink, openFileSource } from '../../node/app/file-bytes.js';
import { isHoldfastError } from '../../node/core/errors/holdfast-error.js';

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'none',
    (error: unknown) => (isHoldfastError(error) ? error.code : String(error)),
  );

describe('files as sources and sinks of bytes', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-files-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('reads any range, and notices a file that became shorter', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'holdfast');
    await using source = await openFileSource(path);
    expect(source.length).to.equal(8);
    expect(Buffer.from(await source.read(4, 4)).toString()).to.equal('fast');
    await truncate(path, 5);
    expect(await codeOf(source.read(4, 4))).to.equal('FILE_UNREADABLE');
  });

  it('refuses what is missing and what is a folder', async () => {
    expect(await codeOf(openFileSource(join(folder, 'none')))).to.equal('FILE_UNREADABLE');
    expect(await codeOf(openFileSource(folder))).to.equal('FILE_UNREADABLE');
  });

  it('shows a file under its name only when it is finished', async () => {
    const path = join(folder, 'out');
    const sink = await createFileSink(path);
    await sink.write(Buffer.from('one '));
    expect(await readdir(folder)).not.to.include('out');
    await sink.write(Buffer.from('two'));
    await sink.finish();
    expect(await readFile(path, 'utf8')).to.equal('one two');
    expect(await readdir(folder)).to.deep.equal(['out']);
  });

  it('leaves nothing behind when abandoned, and replaces a file only when told to', async () => {
    const path = join(folder, 'out');
    await writeFile(path, 'precious');
    expect(await codeOf(createFileSink(path))).to.equal('FILE_EXISTS');
    expect(await codeOf(createFileSink(folder, { overwrite: true })), 'a folder is no file').to.equal('FILE_UNWRITABLE');
    const abandoned = await createFileSink(path, { overwrite: true });
    await abandoned.write(Buffer.from('half'));
    await abandoned.abandon();
    expect(await readFile(path, 'utf8')).to.equal('precious');
    const sink = await createFileSink(path, { overwrite: true });
    await sink.write(Buffer.from('new'));
    await sink.finish();
    expect(await readFile(path, 'utf8')).to.equal('new');
    expect(await readdir(folder)).to.deep.equal(['out']);
  });

  it('does not replace a file that appeared while the sink was open', async () => {
    const path = join(folder, 'out');
    const sink = await createFileSink(path);
    await sink.write(Buffer.from('late'));
    await writeFile(path, 'precious');
    expect(await codeOf(sink.finish())).to.equal('FILE_EXISTS');
    await sink.abandon().catch(() => undefined);
    expect(await readFile(path, 'utf8')).to.equal('precious');
  });
});

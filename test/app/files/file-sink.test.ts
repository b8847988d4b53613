import { expect } from 'chai';
import { link, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partPath } from '../../../node/app/files/part-file.js';
import { createFileSink, publishNew } from '../../../node/app/files/file-sink.js';
import { isHoldfastError } from '../../../node/core/errors/holdfast-error.js';

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'none',
    (error: unknown) => (isHoldfastError(error) ? error.code : String(error)),
  );

describe('a file as a sink of bytes', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-files-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
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

  it('replaces nothing where hard links are impossible either, a link to nowhere neither', async () => {
    const [part, path] = [join(folder, 'part'), join(folder, 'out')];
    const impossible = () => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' }));
    await writeFile(part, 'new');
    await symlink('nowhere', path);
    expect(await codeOf(publishNew(part, path, impossible))).to.equal('FILE_EXISTS');
    expect((await lstat(path)).isSymbolicLink()).to.equal(true);
    await rm(path);
    await publishNew(part, path, impossible);
    expect(await readFile(path, 'utf8')).to.equal('new');
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

  it('that is suspended goes on in a later run where it was, under no name but that of a part', async () => {
    const path = join(folder, 'film');
    const first = await createFileSink(path, { content: 'an id' });
    expect(first.earlier).to.equal(undefined);
    await first.write(Buffer.from('one two'));
    await first.suspend?.();
    expect(await readdir(folder))
      .to.have.length(1)
      .and.satisfy(([name]: string[]) => name?.startsWith('film.') && name.endsWith('.part'));
    const other = await createFileSink(path, { content: 'another id' });
    expect(other.earlier, 'what is another object is not taken').to.equal(undefined);
    await other.suspend?.();
    expect(await readdir(folder), 'nothing of one that wrote nothing').to.have.length(1);

    const second = await createFileSink(path, { content: 'an id' });
    expect(second.earlier?.length).to.equal(7);
    expect(Buffer.from((await second.earlier?.read(4, 100)) ?? []).toString()).to.equal('two');
    second.earlier?.keep(4);
    await second.write(Buffer.from('3'));
    await second.finish();
    expect(await readFile(path, 'utf8'), 'nothing follows that was not counted on').to.equal('one 3');
    expect(await readdir(folder)).to.deep.equal(['film']);
  });

  it('keeps its part when its name is taken meanwhile, so that nothing is fetched again for --force', async () => {
    const path = join(folder, 'film');
    const sink = await createFileSink(path, { content: 'an id' });
    await sink.write(Buffer.from('all of it'));
    await writeFile(path, 'precious');
    expect(await codeOf(sink.finish())).to.equal('FILE_EXISTS');
    await sink.suspend?.();
    expect(await readFile(path, 'utf8')).to.equal('precious');
    const again = await createFileSink(path, { content: 'an id', overwrite: true });
    again.earlier?.keep(9);
    await again.finish();
    expect(await readFile(path, 'utf8')).to.equal('all of it');
    expect(await readdir(folder)).to.deep.equal(['film']);
  });

  it('writes through no link and into no file of another name, though they be called as its part', async () => {
    const path = join(folder, 'film');
    const victim = join(folder, 'victim');
    await writeFile(victim, 'precious');
    const part = partPath(path, 'an id');
    await symlink(victim, part);
    expect(await codeOf(createFileSink(path, { content: 'an id' }))).to.equal('FILE_UNWRITABLE');
    await rm(part);
    await link(victim, part);
    expect(await codeOf(createFileSink(path, { content: 'an id' }))).to.equal('FILE_UNWRITABLE');
    expect(await readFile(victim, 'utf8')).to.equal('precious');
  });

  it('replaces a link and not what it leads to', async () => {
    const path = join(folder, 'film');
    await writeFile(join(folder, 'victim'), 'precious');
    await symlink(join(folder, 'victim'), path);
    const sink = await createFileSink(path, { overwrite: true });
    await sink.write(Buffer.from('new'));
    await sink.finish();
    expect(await readFile(join(folder, 'victim'), 'utf8')).to.equal('precious');
    expect(await readFile(path, 'utf8')).to.equal('new');
  });

  it('of a name as long as names may be has a part all the same', async () => {
    const path = join(folder, 'x'.repeat(255));
    const sink = await createFileSink(path, { content: 'an id' });
    await sink.write(Buffer.from('new'));
    await sink.finish();
    expect((await stat(path)).size).to.equal(3);
  });

  it('says what is wrong with a folder that is missing', async () => {
    expect(await codeOf(createFileSink(join(folder, 'none', 'film')))).to.equal('FILE_UNWRITABLE');
  });
});

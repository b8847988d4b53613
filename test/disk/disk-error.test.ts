import { expect } from 'chai';
import { readFile, writeFile } from 'node:fs/promises';
import { fileReason, uncodedRefusal, unreadable, unwritable } from '../../node/disk/disk-error.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { systemError } from '../support/failing-disk.js';

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('what the file system refuses', () => {
  it('is told in words, and as the system has it where there are none', async () => {
    const missing = await thrownBy(readFile('/nowhere/at all'));
    expect(fileReason(missing)).to.equal('there is no such file or folder');
    expect(unreadable('all', missing).message).to.equal('all cannot be read: there is no such file or folder');
    expect(unwritable('all', missing).message).to.equal('all cannot be written: there is no such file or folder');
    expect(fileReason(systemError('EPROTO'))).to.include('EPROTO');
  });

  it('for want of room is a full disk, and what is coded stays as it is', () => {
    expect(unwritable('letter', systemError('ENOSPC'))).to.include({ code: 'DISK_FULL' });
    const coded = new HoldfastError('STORE_CLOSED', { path: 'store' });
    expect([unwritable('letter', coded), unreadable('letter', coded)]).to.deep.equal([coded, coded]);
  });

  it('and nobody coded is named with its path, and nothing else is taken for it', async () => {
    expect(uncodedRefusal(await thrownBy(writeFile('/nowhere/letter', ''))))
      .to.include({ code: 'FILE_UNWRITABLE' })
      .with.deep.property('data', {
        path: '/nowhere/letter',
        reason: 'there is no such file or folder',
      });
    const taken = Object.assign(systemError('EACCES'), { syscall: 'listen', port: 80 });
    for (const other of [taken, new TypeError('a bug'), 'thrown']) expect(uncodedRefusal(other)).to.equal(other);
  });
});

import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { scriptEnvironment } from '../../node/cli/commands/devnet.js';
import { withDirectory } from '../support/temporary-directory.js';

describe('the devnet of a checkout', () => {
  it('runs with the Node of the checkout, whichever Node comes first in PATH', () =>
    withDirectory(async (folder) => {
      await mkdir(join(folder, 'bin'));
      await symlink('/bin/false', join(folder, 'bin', 'node'));
      const env = scriptEnvironment({ PATH: `${join(folder, 'bin')}:/usr/bin:/bin` });
      const { stdout } = await promisify(execFile)('node', ['-p', 'typeof AsyncDisposableStack'], { env });
      expect(stdout.trim()).to.equal('function');
    }));
});

import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogSink } from '../../node/app/log-sink.js';
import { withDirectory } from '../support/temporary-directory.js';

describe('where the log goes', () => {
  it('keeps what could not be written, and writes it before the next line', () =>
    withDirectory(async (path) => {
      const file = join(path, 'log');
      const fd = openSync(file, 'a');
      const sink = createLogSink(fd);
      sink.write('first\n');
      closeSync(fd);
      sink.write('second\n');
      sink.write('third\n');
      expect(sink.failures).to.equal(2);
      const again = openSync(file, 'a');
      expect(again).to.equal(fd);
      sink.write('fourth\n');
      expect(readFileSync(file, 'utf8')).to.equal('first\nsecond\nthird\nfourth\n');
      expect(sink.dropped).to.equal(0);
      closeSync(again);
    }));

  it('gives up lines when too many wait', () =>
    withDirectory(async (path) => {
      const fd = openSync(join(path, 'log'), 'a');
      const sink = createLogSink(fd, 30);
      closeSync(fd);
      for (let n = 0; n < 5; n++) sink.write('ten bytes\n');
      expect(sink.dropped).to.equal(2);
    }));

  if (existsSync('/dev/full'))
    it('does not end a daemon whose standard error goes to a full disk', () => {
      const program = `
        import { createLog } from '${join(import.meta.dirname, '../../node/app/log.ts')}';
        const log = createLog();
        for (let n = 0; n < 3; n++) log.alarm('disk-low');
        process.stdout.write(JSON.stringify(log.troubles));
      `;
      const full = openSync('/dev/full', 'a');
      const { status, stdout } = spawnSync(
        process.execPath,
        ['--conditions=holdfast-source', '--import', 'tsx', '--input-type=module', '-e', program],
        { stdio: ['ignore', 'pipe', full], encoding: 'utf8' },
      );
      closeSync(full);
      expect(JSON.parse(stdout)).to.deep.equal({ failures: 3, dropped: 0 });
      expect(status).to.equal(0);
    });
});

import { expect } from 'chai';
import { createDiskWatch } from '../../node/provider/keep/disk-watch.js';
import { createManualClock } from '../support/manual-clock.js';
import { createRecordedLog } from '../support/recorded-log.js';
import { createRecordedMetrics } from '../support/recorded-metrics.js';

describe('the watch over the disk', () => {
  const start = () => {
    const disk = { bytes: 1_000, whole: true, room: true };
    const log = createRecordedLog();
    const watch = createDiskWatch({
      disk: {
        free: async () => disk.bytes,
        get whole() {
          return disk.whole;
        },
        restore: async () => (disk.whole ||= disk.room),
      },
      floor: 500,
      clock: createManualClock(),
      log,
      metrics: createRecordedMetrics(),
    });
    return { disk, log, watch };
  };

  it('alarms once when sectors are refused, and says when that is over', async () => {
    const { disk, log, watch } = start();
    for (const bytes of [1_000, 500, 499, 0, 499, 500, 600, 499]) {
      disk.bytes = bytes;
      await watch.look();
    }
    expect(log.lines.map(({ event }) => event)).to.deep.equal(['disk-low', 'disk-roomy', 'disk-low']);
    expect(log.events('alarm')).to.deep.equal(['disk-low', 'disk-low']);
    expect(watch.troubles).to.deep.equal(['disk-low']);
    disk.bytes = 500;
    await watch.look();
    expect(watch.troubles).to.deep.equal([]);
    expect(log.lines[0]?.facts).to.include({ free: 499, floor: 500 });
  });

  it('alarms once when the reserve is in use, and makes it again when it can', async () => {
    const { disk, log, watch } = start();
    disk.whole = disk.room = false;
    await watch.look();
    await watch.look();
    expect(watch.troubles).to.deep.equal(['disk-full']);
    disk.room = true;
    await watch.look();
    expect(disk.whole).to.equal(true);
    expect(log.lines.map(({ event }) => event)).to.deep.equal(['disk-full', 'disk-reserved']);
  });
});

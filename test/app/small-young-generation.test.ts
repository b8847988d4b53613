import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

/** Prints how many bytes the young generation has after a hundred MiB of objects, of which many live on; before and after a thread was started. */
const PROGRAM = `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { once } from 'node:events';
  import { Worker } from 'node:worker_threads';
  import { keepYoungGenerationSmall } from './node/app/small-young-generation.js';
  if (process.env.SMALL) keepYoungGenerationSmall();
  const fill = () => {
    const kept = [];
    for (let made = 0; made < 1_000_000; made++) kept[made % 100_000] = { made, held: [made] };
    return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
  };
  const alone = fill();
  await once(new Worker('', { eval: true }), 'exit');
  console.log(JSON.stringify([alone, fill()]));`;

const sizes = async (small: string): Promise<number[]> => {
  const words = ['--conditions=holdfast-source', '--import', 'tsx', '--input-type=module', '--eval', PROGRAM];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env: { ...process.env, SMALL: small } });
  return JSON.parse(stdout) as number[];
};

describe('the young generation of a process', () => {
  it('keeps to the few MiB that it begins with, also once it has threads; else it grows', async () => {
    expect(Math.max(...(await sizes('yes')))).to.be.at.most(16 << 20);
    expect(Math.min(...(await sizes('')))).to.be.above(16 << 20);
  });
});

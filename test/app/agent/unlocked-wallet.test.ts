import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askAgent } from '../../../node/app/agent/ask-agent.js';
import { spawnAgent } from '../../../node/app/agent/spawn-agent.js';
import { foldersOf } from '../../../node/app/settings/folders.js';
import { loadSettings } from '../../../node/app/settings/config.js';
import { keystoreOf, walletKey, type Unlocking } from '../../../node/app/wallet-session.js';
import { rejectsCoded } from '../../support/coded-errors.js';
import { withDirectory } from '../../support/temporary-directory.js';

const key = new Uint8Array(32).fill(7);
const inAnHour = () => Date.now() + 3_600_000;
const never = new AbortController().signal;

describe('the wallet of a home that is unlocked', () => {
  it('opens without a password where the agent may be asked, and only there; with a password that is given that one counts', async () => {
    await withDirectory(async (home) => {
      await writeFile(join(home, 'config.json'), JSON.stringify({ keystore: { scryptCost: 1 << 10 } }));
      const settings = await loadSettings({ home });
      await keystoreOf(settings).create('wallet', 'correct horse', key);
      let asked = 0;
      const answering = (password: string, more: { agent?: true } = {}): Unlocking =>
        Object.assign(() => {
          asked += 1;
          return Promise.resolve(password);
        }, more);
      const { keys } = foldersOf(settings);

      expect(await walletKey(settings, answering('correct horse', { agent: true }))).to.deep.equal(key);
      expect(asked).to.equal(1);
      await spawnAgent(keys, key.slice(), inAnHour(), never);
      expect(await walletKey(settings, answering('wrong', { agent: true }))).to.deep.equal(key);
      expect(asked).to.equal(1);
      await rejectsCoded(walletKey(settings, answering('wrong')), 'WRONG_PASSWORD');
      await askAgent(keys, 'lock');
      await rejectsCoded(walletKey(settings, answering('wrong', { agent: true })), 'WRONG_PASSWORD');
      expect(asked).to.equal(3);
    });
  }).timeout(30_000);

  it('that the agent holds another one for is opened with the password', async () => {
    await withDirectory(async (home) => {
      await writeFile(join(home, 'config.json'), JSON.stringify({ keystore: { scryptCost: 1 << 10 } }));
      const settings = await loadSettings({ home });
      await keystoreOf(settings).create('wallet', 'correct horse', key);
      const { keys } = foldersOf(settings);
      await spawnAgent(keys, new Uint8Array(32).fill(8), inAnHour(), never);
      const unlocking: Unlocking = Object.assign(() => Promise.resolve('correct horse'), { agent: true as const });
      expect(await walletKey(settings, unlocking)).to.deep.equal(key);
      await askAgent(keys, 'lock');
    });
  }).timeout(30_000);
});

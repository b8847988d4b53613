import { expect } from 'chai';
import { once } from 'node:events';
import { chmod, readFile, readdir } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { askAgent, heldKey } from '../../../node/app/agent/ask-agent.js';
import { lockAgent } from '../../../node/app/agent/lock-agent.js';
import { MOST_CONNECTIONS } from '../../../node/app/agent/agent.js';
import { spawnAgent } from '../../../node/app/agent/spawn-agent.js';
import { alice, aliceKey, silence, withAgent, withFolder } from './agent-fixtures.js';

const inAnHour = () => Date.now() + 3_600_000;
const never = new AbortController().signal;

describe('an attack on an agent', () => {
  it('by connections that are answered and never ended keeps nobody else out', async () => {
    await withAgent(async ({ folder, path }) => {
      const lingering = Array.from({ length: MOST_CONNECTIONS }, () => connect({ path, allowHalfOpen: true }).on('error', () => undefined));
      await Promise.all(
        lingering.map(async (socket) => {
          socket.write('{"holdfastAgent":1,"ask":"until"}\n');
          await once(socket.resume(), 'end');
        }),
      );
      expect(await heldKey(folder, alice)).to.deep.equal(aliceKey());
      for (const socket of lingering) socket.destroy();
    });
  });

  it('by setting the time back has it hold the key no longer', async () => {
    await withAgent(async ({ folder, time, held, ended }) => {
      time.now = -1_000_000;
      time.elapsed += 1_000;
      expect(await askAgent(folder, 'key')).to.equal(undefined);
      await ended;
      expect(held).to.deep.equal(new Uint8Array(32));
    });
  });

  for (const [what, open] of [
    ['its folder', (folder: string) => chmod(folder, 0o755)],
    ['its socket', (_: string, path: string) => chmod(path, 0o666)],
  ] as const)
    it(`through ${what}, opened to others after it began, gets nothing, and it ends`, async () => {
      await withAgent(async ({ folder, path, held, ended }) => {
        await open(folder, path);
        const socket = connect(path).on('error', () => undefined);
        socket.write('{"holdfastAgent":1,"ask":"key"}\n');
        expect(await socket.toArray()).to.deep.equal([]);
        await ended;
        expect(held).to.deep.equal(new Uint8Array(32));
      });
    });
});

describe('"lock"', () => {
  it('ends an agent that does not answer: it does not outlive its socket', async () => {
    await withAgent(async ({ folder, path, ended }) => {
      await chmod(path, 0o666);
      expect(await lockAgent(folder)).to.deep.equal({ unanswered: true });
      await ended;
      expect(await readdir(folder)).to.deep.equal([]);
    });
  });

  it('says so where something is there and is silent, and removes it', async () => {
    await withFolder(async (folder, path) => {
      const server = createServer((socket) =>
        socket
          .on('error', () => undefined)
          .resume()
          .end(),
      ).listen(path);
      await once(server, 'listening');
      await chmod(path, 0o600);
      expect(await lockAgent(folder)).to.deep.equal({ unanswered: true });
      expect(await lockAgent(folder)).to.deep.equal({ unanswered: false });
      server.close();
    });
  });
});

describe("the agent's process", function () {
  this.timeout(60_000);

  it('leaves no file of its memory where it crashes', async function () {
    if (process.platform !== 'linux') this.skip();
    await withFolder(async (folder) => {
      const pid = await spawnAgent(folder, aliceKey(), inAnHour(), never);
      expect(await readFile(`/proc/${pid}/limits`, 'utf8')).to.match(/^Max core file size +0 +0 /m);
      await lockAgent(folder);
      await silence(folder);
    });
  });

  it('opens no port for a debugger: the signal for it ends it', async () => {
    await withFolder(async (folder) => {
      process.kill(await spawnAgent(folder, aliceKey(), inAnHour(), never), 'SIGUSR1');
      await silence(folder);
      expect(await heldKey(folder, alice)).to.equal(undefined);
    });
  });
});

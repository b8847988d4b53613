import { expect } from 'chai';
import { once } from 'node:events';
import { chmod, readdir, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { MOST_CONNECTIONS } from '../../../node/app/agent/agent.js';
import { askAgent, heldKey } from '../../../node/app/agent/ask-agent.js';
import { agentSocketIn, LINE_CAP } from '../../../node/app/agent/protocol.js';
import { spawnAgent } from '../../../node/app/agent/spawn-agent.js';
import { toHex } from '../../../node/core/data/bytes.js';
import { addressOf } from '../../../node/core/keys/signing.js';
import { address } from '../../../node/core/units.js';
import { rejectsCoded } from '../../support/coded-errors.js';
import { agentIn, alice, aliceKey, silence, withAgent, withFolder } from './agent-fixtures.js';

const bob = address(`0x${'b0'.repeat(20)}`);
const never = new AbortController().signal;

/** What comes back for the bytes `said`, until the agent ends the connection. */
const exchange = async (path: string, said: string | Uint8Array): Promise<string> => {
  const socket = connect(path);
  socket.on('error', () => undefined);
  socket.write(said);
  return (await buffer(socket).catch(() => Buffer.alloc(0))).toString();
};

describe('an agent that holds an unlocked wallet', () => {
  it('gives the key to its owner, by a socket that nobody else may open, and is the only file', async () => {
    await withAgent(async ({ folder, path }) => {
      expect(toHex((await heldKey(folder, alice)) ?? new Uint8Array())).to.equal(toHex(aliceKey()));
      expect(await heldKey(folder, bob)).to.equal(undefined);
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
      expect(await readdir(folder)).to.deep.equal(['agent.sock']);
      expect((await askAgent(folder, 'until'))?.key).to.equal(undefined);
    });
  });

  it('gives nothing once its time is over, though its process slept through it, and forgets the key', async () => {
    await withAgent(async ({ folder, path, time, held, ended }) => {
      time.now = 2_000;
      expect(await exchange(path, '{"holdfastAgent":1,"ask":"key"}\n')).to.equal('');
      await ended;
      expect(held).to.deep.equal(new Uint8Array(32));
      expect(await readdir(folder)).to.deep.equal([]);
      expect(await heldKey(folder, alice)).to.equal(undefined);
    });
  });

  it('ends with "lock", at once', async () => {
    await withAgent(async ({ folder, held, ended }) => {
      expect((await askAgent(folder, 'lock'))?.address).to.equal(alice);
      await ended;
      expect(held).to.deep.equal(new Uint8Array(32));
      expect(await askAgent(folder, 'key')).to.equal(undefined);
    });
  });

  it('answers none of what is no request, and goes on', async () => {
    await withAgent(async ({ folder, path }) => {
      for (const said of [
        '\n',
        'key\n',
        '{"holdfastAgent":2,"ask":"key"}\n',
        '{"holdfastAgent":1,"ask":"password"}\n',
        '{"holdfastAgent":1,"ask":"key","more":1}\n',
        '{"holdfastAgent":1,"ask":"key"}\n{"holdfastAgent":1,"ask":"key"}\n',
        `${' '.repeat(LINE_CAP)}{"holdfastAgent":1,"ask":"key"}\n`,
        '{"__proto__":{"ask":"key"},"holdfastAgent":1}\n',
        Uint8Array.of(0, 0xff, 0x0a),
        'x'.repeat(1 << 20),
      ])
        expect(await exchange(path, said), String(said).slice(0, 60)).to.equal('');
      expect(await heldKey(folder, alice)).to.deep.equal(aliceKey());
    });
  });

  it('keeps no more waiting than it has room for, sends the silent away, and answers again then', async () => {
    await withAgent(async ({ folder, path }) => {
      const silent = Array.from({ length: MOST_CONNECTIONS }, () => connect(path).on('error', () => undefined));
      await Promise.all(silent.map((socket) => once(socket, 'connect')));
      const gone = silent.map((socket) => once(socket.resume(), 'close'));
      expect(await askAgent(folder, 'key')).to.equal(undefined);
      await Promise.all(gone);
      expect(await heldKey(folder, alice)).to.deep.equal(aliceKey());
    });
  }).timeout(20_000);

  it('whose place another took ends', async () => {
    await withAgent(async ({ path, held, ended }) => {
      const second = await agentIn(path);
      await ended;
      expect(held).to.deep.equal(new Uint8Array(32));
      expect((await stat(path)).isSocket()).to.equal(true);
      second.stop.abort();
      await second.ended;
    });
  });
});

describe('what stands where the agent should', () => {
  /** A server in the agent's place that says `said` to everybody; `heard` counts them. */
  const withImpostor = (
    said: string,
    task: (folder: string, path: string, heard: () => number) => Promise<void>,
    mode = 0o600,
  ): Promise<void> =>
    withFolder(async (folder, path) => {
      let heard = 0;
      const server = createServer((socket) => {
        heard += 1;
        socket
          .on('error', () => undefined)
          .resume()
          .end(said);
      });
      server.listen(path);
      await once(server, 'listening');
      await chmod(path, mode);
      try {
        await task(folder, path, () => heard);
      } finally {
        server.close();
      }
    });

  const saying = (more: object): string => `${JSON.stringify({ holdfastAgent: 1, address: alice, until: 9e15, ...more })}\n`;

  for (const [what, said] of [
    ['another key under the address', saying({ key: `0x${'09'.repeat(32)}` })],
    ['a key out of range', saying({ key: `0x${'00'.repeat(32)}` })],
    ['no key', saying({})],
    ['more than an answer', saying({ key: toHex(aliceKey()), more: 1 })],
    ['two answers', saying({ key: toHex(aliceKey()) }).repeat(2)],
    ['without an end', 'x'.repeat(1 << 20)],
    ['nothing', ''],
  ] as const)
    it(`and gives ${what} is not believed`, async () => {
      await withImpostor(said, async (folder, _path, heard) => {
        expect(await heldKey(folder, alice)).to.equal(undefined);
        expect(heard()).to.equal(1);
      });
    });

  it('and gives the right key is believed: it is the right key', async () => {
    await withImpostor(saying({ key: toHex(aliceKey()) }), async (folder) => {
      expect(await heldKey(folder, alice)).to.deep.equal(aliceKey());
    });
  });

  it('is not spoken to where others may open it, or enter its folder, or where it is a link or a file', async () => {
    const right = saying({ key: toHex(aliceKey()) });
    await withImpostor(
      right,
      async (folder, _path, heard) => {
        expect(await heldKey(folder, alice)).to.equal(undefined);
        expect(heard()).to.equal(0);
      },
      0o666,
    );
    await withImpostor(right, async (folder, path, heard) => {
      await chmod(folder, 0o755);
      expect(await heldKey(folder, alice)).to.equal(undefined);
      await chmod(folder, 0o700);
      await rename(path, join(folder, 'elsewhere'));
      await symlink(join(folder, 'elsewhere'), path);
      expect(await heldKey(folder, alice)).to.equal(undefined);
      await rename(join(folder, 'elsewhere'), path);
      expect(heard()).to.equal(0);
      expect(await heldKey(folder, alice)).to.deep.equal(aliceKey());
    });
    await withFolder(async (folder, path) => {
      await writeFile(path, right, { mode: 0o600 });
      expect(await heldKey(folder, alice)).to.equal(undefined);
    });
  });
});

describe("the agent's process", function () {
  this.timeout(60_000);
  const inAnHour = () => Date.now() + 3_600_000;

  it('goes on when the command is over, until "lock"; a second takes the place of the first', async () => {
    await withFolder(async (folder) => {
      const first = await spawnAgent(folder, aliceKey(), inAnHour(), never);
      expect(await heldKey(folder, alice)).to.deep.equal(aliceKey());
      const second = await spawnAgent(folder, new Uint8Array(32).fill(8), inAnHour(), never);
      expect(second).to.not.equal(first);
      expect(await heldKey(folder, alice)).to.equal(undefined);
      expect((await askAgent(folder, 'lock'))?.address).to.equal(addressOf(new Uint8Array(32).fill(8)));
      await silence(folder);
    });
  });

  it('killed leaves a socket that nobody answers at, which the next one replaces', async () => {
    await withFolder(async (folder, path) => {
      process.kill(await spawnAgent(folder, aliceKey(), inAnHour(), never), 'SIGKILL');
      await silence(folder);
      expect((await stat(path)).isSocket()).to.equal(true);
      expect(await heldKey(folder, alice)).to.equal(undefined);
      await spawnAgent(folder, aliceKey(), inAnHour(), never);
      expect(await heldKey(folder, alice)).to.deep.equal(aliceKey());
      await askAgent(folder, 'lock');
      await silence(folder);
    });
  });

  it('is not started where others may enter, or where a socket has no room for its path', async () => {
    await withFolder(async (folder) => {
      await chmod(folder, 0o750);
      await rejectsCoded(spawnAgent(folder, aliceKey(), inAnHour(), never), 'AGENT_UNSAFE');
      const deep = join(folder, 'd'.repeat(100));
      expect(agentSocketIn(deep)).to.equal(undefined);
      await rejectsCoded(spawnAgent(deep, aliceKey(), inAnHour(), never), 'AGENT_UNSAFE');
    });
  });
});

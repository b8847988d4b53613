import { expect } from 'chai';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { needsText, needWords } from '../../node/app/announcing/need-words.js';
import { createProgramChannel } from '../../node/app/announcing/program.js';
import { createWebhook } from '../../node/app/announcing/webhook.js';
import { gasWei, period, wei } from '../../node/core/units.js';
import type { Need } from '../../node/renter/upkeep/needs.js';
import { idOf } from '../renter/sample-deals.js';
import { rejectsCoded } from '../support/coded-errors.js';
import { withDirectory } from '../support/temporary-directory.js';
import { actor } from '../support/worlds/actors.js';

const provider = actor('bob').address;
const bound: Need = { kind: 'bound', id: 'bound of a deal', deal: idOf('bob'), provider, end: period(15), due: 1_800_000_000_000 };
const needs: readonly Need[] = [bound];

/** A server that answers as `answer` says, and what it was sent. */
const withServer = async (answer: RequestListener, story: (url: string, bodies: readonly string[]) => Promise<void>): Promise<void> => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      bodies.push(body);
      answer(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await story(`http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`, bodies);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

/** Notes how long was slept, and sleeps not at all. */
const patient = () => {
  const slept: number[] = [];
  return { slept, clock: { sleep: async (milliseconds: number) => void slept.push(milliseconds) } };
};

describe('a webhook', () => {
  it('is posted what is needed, in words and in figures, once', () =>
    withServer(
      (_, response) => response.end('a long answer that nobody reads'),
      async (url, bodies) => {
        const { clock, slept } = patient();
        await createWebhook({ url, clock }).deliver(needs);
        expect(slept).to.deep.equal([]);
        const words = needWords(bound);
        expect(bodies.map((body) => JSON.parse(body) as unknown)).to.deep.equal([
          { holdfastAnnouncement: 1, needs: [{ ...bound, ...words }] },
        ]);
      },
    ));

  it('that answers 500 is tried three times, and then it failed: of its address only the host is told', () =>
    withServer(
      (_, response) => response.writeHead(500).end(),
      async (url, bodies) => {
        const { clock, slept } = patient();
        const error = await rejectsCoded(createWebhook({ url, clock }).deliver(needs), 'WEBHOOK_FAILED');
        expect([bodies.length, slept]).to.deep.equal([3, [2_000, 10_000]]);
        expect(error.message).to.include('500').and.not.include('secret');
      },
    ));

  it('is given the name and the password of its address, and nobody is told them', async () => {
    const heard: (string | undefined)[] = [];
    await withServer(
      ({ headers, url }, response) => {
        heard.push(headers.authorization, url);
        response.end();
      },
      (url) => createWebhook({ url: url.replace('//', '//me:a%20b%25%@') + '?x=1', clock: patient().clock }).deliver(needs),
    );
    expect(heard).to.deep.equal([`Basic ${Buffer.from('me:a b%%').toString('base64')}`, '/secret?x=1']);
    const closed = createWebhook({ url: 'http://me:hunter2@127.0.0.1:9/', clock: patient().clock }).deliver(needs);
    expect((await rejectsCoded(closed, 'WEBHOOK_FAILED')).message).not.to.include('hunter2');
  });

  it('that takes it the second time has it then', () => {
    let tries = 0;
    return withServer(
      (_, response) => response.writeHead(++tries === 1 ? 503 : 204).end(),
      async (url, bodies) => {
        await createWebhook({ url, clock: patient().clock }).deliver(needs);
        expect(bodies).to.have.length(2);
      },
    );
  });

  for (const status of [404, 302])
    it(`that answers ${status} is not tried again, and led nowhere`, () =>
      withServer(
        (_, response) => response.writeHead(status, { location: '/elsewhere' }).end(),
        async (url, bodies) => {
          await rejectsCoded(createWebhook({ url, clock: patient().clock }).deliver(needs), 'WEBHOOK_FAILED');
          expect(bodies).to.have.length(1);
        },
      ));

  it('that hangs is given up, each try', () =>
    withServer(
      () => undefined,
      async (url, bodies) => {
        const hanging = createWebhook({ url, clock: patient().clock, tryMilliseconds: 50 });
        const error = await rejectsCoded(hanging.deliver(needs), 'WEBHOOK_FAILED');
        expect(error.message).to.include('no answer within 50 ms');
        expect(bodies.length).to.be.at.most(3);
      },
    ));

  it('that hangs holds nobody who has to stop', () =>
    withServer(
      () => undefined,
      async (url) => {
        const stop = new AbortController();
        const delivery = createWebhook({ url, clock: patient().clock }).deliver(needs, stop.signal);
        stop.abort(new Error('stopped'));
        expect(await delivery.catch(({ message }: Error) => message)).to.equal('stopped');
      },
    ));

  it('that nobody listens at failed with the reason of the network', async () => {
    const error = await rejectsCoded(createWebhook({ url: 'http://127.0.0.1:9', clock: patient().clock }).deliver(needs), 'WEBHOOK_FAILED');
    expect(error.message).to.match(/bad port|ECONNREFUSED/);
  });
});

describe('a program that announces', () => {
  const node = process.execPath;

  it('has the text on its standard input, its words as they are, and none of our settings', () =>
    withDirectory(async (folder) => {
      const file = join(folder, 'told');
      const script =
        'require("fs").writeFileSync(process.argv[1], process.argv[2] + Object.keys(process.env).filter((n) => n.startsWith("HOLDFAST")) + "\\n" + require("fs").readFileSync(0))';
      process.env['HOLDFAST_TEST_SECRET'] = 'secret';
      try {
        await createProgramChannel({ words: [node, '-e', script, file, '$(id); *'] }).deliver(needs);
      } finally {
        delete process.env['HOLDFAST_TEST_SECRET'];
      }
      expect(await readFile(file, 'utf8')).to.equal(`$(id); *\n${needsText(needs)}`);
    }));

  it('that ends with something else than 0, or is not there, failed', async () => {
    const bad = await rejectsCoded(createProgramChannel({ words: [node, '-e', 'process.exit(3)'] }).deliver(needs), 'ANNOUNCER_FAILED');
    expect(bad.message).to.include('it ended with 3');
    await rejectsCoded(createProgramChannel({ words: ['/nowhere/holdfast-announcer'] }).deliver(needs), 'ANNOUNCER_FAILED');
    const below = createProgramChannel({ words: [`${node}/below-a-file`] }).deliver(needs);
    expect((await rejectsCoded(below, 'ANNOUNCER_FAILED')).message).to.include('ENOTDIR');
  });

  it('that hangs is killed, and so is one whose caller has to stop', async () => {
    const words = [node, '-e', 'setInterval(() => undefined, 1000)'] as const;
    const late = await rejectsCoded(createProgramChannel({ words, milliseconds: 300 }).deliver(needs), 'ANNOUNCER_FAILED');
    expect(late.message).to.include('not done within 300 ms');
    const stop = new AbortController();
    const delivery = createProgramChannel({ words }).deliver(needs, stop.signal);
    stop.abort(new Error('stopped'));
    expect(await delivery.catch(({ message }: Error) => message)).to.equal('stopped');
  });
});

describe('a need in words', () => {
  const every: readonly Need[] = [
    bound,
    { kind: 'move', id: 'm', deal: idOf('bob'), provider, end: period(15), reason: 'dearer', due: 1_800_000_000_000 },
    { kind: 'money', id: 'p', deals: 2, end: period(15), missing: wei(5n * 10n ** 17n), lacks: 'purse' },
    { kind: 'money', id: 'b', deals: 1, end: period(15), missing: wei(10n ** 18n), lacks: 'budget' },
    { kind: 'coin', id: 'c', account: provider, coin: gasWei(1n), needed: gasWei(10n ** 16n) },
    { kind: 'repair', id: 'r', object: 'ab', name: 'two\nlines', detail: 'too few' },
  ];

  it('says what it is and what to do', () => {
    const lines = every.map((need) => needWords(need));
    expect(lines.map(({ text }) => text)).to.deep.equal([
      `deal ${idOf('bob')} at ${provider} ends with period 14, and only the wallet may let it last longer`,
      `deal ${idOf('bob')} at ${provider} ends with period 14 and cannot be renewed: its provider asks more now than the deal pays`,
      '2 deals cannot be renewed, the first of which ends with period 14: 0.5 HOLD are missing in the purse',
      '1 deal cannot be renewed, the first of which ends with period 14: 1 HOLD are missing in the budget',
      `${provider} has 0.000000000000000001 ETH for gas, and a few renewals take 0.01 ETH`,
      'lost shards of "two\\nlines" are not placed elsewhere: too few',
    ]);
    for (const { remedy } of lines) expect(remedy).to.include('"holdfast ');
  });

  it('names the time until which something can be done, where there is one', () => {
    const text = needsText(every.slice(0, 3));
    expect(text).to.include('(until about 2027-01-15T08:00 UTC)\n  → run');
    expect(text.match(/until about/g)).to.have.length(2);
  });
});

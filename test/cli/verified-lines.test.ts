import { expect } from 'chai';
import { verifyOnly } from '../../node/core/keys/share-link.js';
import { period } from '../../node/core/units.js';
import { verifiedOutcome } from '../../node/cli/commands/verified-lines.js';
import { createKeptWorld } from '../renter/recovering.js';
import { shareLetters } from '../renter/sharing-stories.js';

describe('what a stranger is told of a link that was verified', function () {
  this.timeout(60_000);

  it('is who holds it and when each proved last; of one that only verifies no name', async () => {
    const world = await createKeptWorld();
    const link = await shareLetters(world);
    const moment = { now: period(world.ledger.period), dayOf: () => '2027-02-28' };
    const told = async (one: Parameters<typeof world.guest>[0]) =>
      verifiedOutcome(await world.during(world.guest(one).verify()), 1, moment);
    const { text, json, exitCode } = await told(verifyOnly(link));
    expect(exitCode).to.equal(0);
    expect(text.filter((line) => /holds 1 of 1 shard/.test(line))).to.have.length(4);
    expect(text.join('\n')).to.include('All of it is held.').and.include('ends about 2027-02-28').and.not.include('letters');
    expect(json).to.deep.include({ held: true, readable: true, owner: link.owner, wanting: [] });
    expect(json).not.to.have.property('name');
    const [first] = (await told(link)).text;
    expect(first).to.equal('Looked at "letters": a random leaf of each of 4 shards, against the roots that the chain has.');
  });
});

import { expect } from 'chai';
import { watchFollowing } from '../../scripts/lab/chaos/faults/world/following.js';

describe('blocks of the laboratory', () => {
  let [asked, now] = [0, 0];
  const isFollowing = watchFollowing(
    () => asked,
    () => now,
  );

  it('come while the daemon asks, wait for one that is slow, and go on when it has fallen silent', () => {
    const answers = [0, 400, 401, 4_999, 5_000].map((at) => ((now = at), isFollowing()));
    expect(answers).to.deep.equal([true, true, false, false, true]);
    asked++;
    expect(isFollowing()).to.equal(true);
    now += 401;
    expect(isFollowing()).to.equal(false);
  });
});

import { expect } from 'chai';
import { createGroup } from '../../../node/core/tasks/group.js';

describe('a group', () => {
  const gathering = (commit: (group: readonly number[]) => Promise<void> = async () => undefined) => {
    const groups: number[][] = [];
    const add = createGroup<number>({
      commit: async (group) => {
        groups.push([...group]);
        await new Promise((resolve) => setImmediate(resolve));
        await commit(group);
      },
      weigh: (item) => item,
      most: 10,
    });
    return { groups, add };
  };

  it('does what comes meanwhile together next, in its order', async () => {
    const { groups, add } = gathering();
    await Promise.all([1, 2, 3, 4].map(add));
    expect(groups).to.deep.equal([[1], [2, 3, 4]]);
    await add(5);
    expect(groups.at(-1)).to.deep.equal([5]);
  });

  it('counts no more than it may, unless one item alone does', async () => {
    const { groups, add } = gathering();
    await Promise.all([1, 4, 6, 1, 20, 9, 1, 1].map(add));
    expect(groups).to.deep.equal([[1], [4, 6], [1], [20], [9, 1], [1]]);
  });

  it('fails all that went together, and nobody else', async () => {
    const { add } = gathering(async (group) => {
      if (group.includes(2)) throw new Error('no room');
    });
    const outcomes = await Promise.allSettled([1, 2, 3, 8].map(add));
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  });
});

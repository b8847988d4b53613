import { FAN_OUT, heightOf, unpackLinks, type NodeName, type ReadNode, type SectorTree } from './sector-tree.js';

/** Versions of the children of a node. */
const versionsIn = async (read: ReadNode, name: NodeName): Promise<bigint[]> => unpackLinks(await read(name)).map(({ version }) => version);

/** The version that `tree` has of the first node of `level`; undefined if it is not so high. */
const firstOf = async (read: ReadNode, tree: SectorTree, level: number): Promise<bigint | undefined> => {
  const height = heightOf(tree.sectors);
  if (tree.sectors === 0 || height < level) return undefined;
  let version: bigint | undefined = tree.version;
  for (let at = height; at > level && version !== undefined; at--) [version] = await versionsIn(read, { level: at, index: 0, version });
  return version;
};

/** The nodes of `tree` that none of `others` has; reads these, and as many of each of the others. */
export const ownNodes = async (read: ReadNode, tree: SectorTree, others: readonly SectorTree[]): Promise<NodeName[]> => {
  const own: NodeName[] = [];
  /** `there` are the versions that the others have of it. */
  const visit = async (name: NodeName, there: readonly (bigint | undefined)[]): Promise<void> => {
    if (there.includes(name.version)) return;
    own.push(name);
    const { level, index } = name;
    if (level === 0) return;
    const below = await Promise.all(
      others.map(async (other, i) => {
        const version = there[i];
        if (version !== undefined) return versionsIn(read, { level, index, version });
        return index === 0 ? [await firstOf(read, other, level - 1)] : [];
      }),
    );
    for (const [slot, version] of (await versionsIn(read, name)).entries())
      await visit(
        { level: level - 1, index: index * FAN_OUT + slot, version },
        below.map((versions) => versions[slot]),
      );
  };
  const level = heightOf(tree.sectors);
  if (tree.sectors > 0) {
    const there = await Promise.all(others.map((other) => firstOf(read, other, level)));
    await visit({ level, index: 0, version: tree.version }, there);
  }
  return own;
};

import ts from 'typescript';
import type { Part, Source } from '../../mutant.js';

/** An expression or statement of TypeScript's syntax tree. */
export interface Node extends Part {
  readonly syntax: ts.Node;
}

/** What says nothing at run time. */
const isErased = (syntax: ts.Node): boolean =>
  ts.isTypeNode(syntax) || ts.isInterfaceDeclaration(syntax) || ts.isTypeAliasDeclaration(syntax) || ts.isImportDeclaration(syntax);

/** Name of the function that `syntax` declares. */
const nameOf = (syntax: ts.Node): string | undefined => {
  if (ts.isFunctionDeclaration(syntax)) return syntax.name?.text;
  if (!ts.isVariableDeclaration(syntax) && !ts.isPropertyAssignment(syntax)) return undefined;
  const { initializer, name } = syntax;
  const named = initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer));
  return named ? name.getText() : undefined;
};

/** All that runs of a file, in the order in which it begins. */
export const nodesOf = (source: Source): readonly Node[] => {
  const file = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
  const nodes: Node[] = [];
  const visit = (syntax: ts.Node, verb: string): void => {
    if (isErased(syntax)) return;
    const inside = nameOf(syntax) ?? verb;
    nodes.push({ from: syntax.getStart(file), to: syntax.end, verb: inside, syntax });
    ts.forEachChild(syntax, (child) => visit(child, inside));
  };
  ts.forEachChild(file, (child) => visit(child, ''));
  return nodes;
};

/** The place of a part of `node`. */
export const partOf = ({ verb }: Node, syntax: ts.Node): Part => ({ from: syntax.getStart(), to: syntax.end, verb });

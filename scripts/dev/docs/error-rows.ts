import ts from 'typescript';
import { projectFiles } from '../check/project-files.js';

/** An error code as its source says it. */
export interface ErrorRow {
  readonly code: string;
  /** The sentence, with `{name}` where a fact of the error goes. */
  readonly sentence: string;
  readonly remedy: string;
}

/** The rows of one area: a file of `node/core/errors/`. */
export interface ErrorArea {
  readonly title: string;
  readonly path: string;
  readonly rows: readonly ErrorRow[];
}

/** Reads the table of errors from its source, in order. */
export const errorAreas = async (root: string): Promise<readonly ErrorArea[]> => {
  const files = await projectFiles(root, 'node/core/errors/*-errors.ts');
  return files
    .map(({ path, text }) => areaOf(path, ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)))
    .filter(({ rows }) => rows.length > 0);
};

const areaOf = (path: string, source: ts.SourceFile): ErrorArea => {
  const rows: ErrorRow[] = [];
  let title = path;
  const visit = (node: ts.Node): void => {
    if (ts.isVariableStatement(node)) title = docOf(node) ?? title;
    if (ts.isPropertyAssignment(node) && ts.isCallExpression(node.initializer)) {
      const [says, remedy] = node.initializer.arguments;
      if (says && remedy && ts.isArrowFunction(says)) {
        rows.push({ code: node.name.getText(source), sentence: sayingOf(says.body), remedy: sayingOf(remedy) });
        return;
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { title, path, rows };
};

const docOf = (node: ts.Node): string | undefined => {
  const [doc] = ts.getJSDocCommentsAndTags(node);
  return doc && typeof doc.comment === 'string' ? doc.comment.replaceAll(/\s+/g, ' ') : undefined;
};

/** Units that the functions of `node/core/amount-text.ts` write behind an amount. */
const UNITS: Readonly<Record<string, string>> = {
  showTokens: 'HOLD',
  tokensNeeded: 'HOLD',
  tokensThere: 'HOLD',
  showCoins: 'ETH',
  showGwei: 'gwei',
};

/** An expression that makes a sentence, as a pattern. */
const sayingOf = (node: ts.Node): string => {
  if (ts.isParenthesizedExpression(node)) return sayingOf(node.expression);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isConditionalExpression(node)) return `${sayingOf(node.whenTrue)} | ${sayingOf(node.whenFalse)}`;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ expression, literal }) => `${sayingOf(expression)}${literal.text}`).join('');
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken && isText(node)) {
    return sayingOf(node.left) + sayingOf(node.right);
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text in UNITS) {
    return `${node.arguments.map(sayingOf).join('')} ${UNITS[node.expression.text]}`;
  }
  return `{${node.getText().replaceAll(/\bd\.(\w)/g, '$1')}}`;
};

const isText = (node: ts.BinaryExpression): boolean =>
  [node.left, node.right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side));

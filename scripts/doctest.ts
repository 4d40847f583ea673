import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import ts from 'typescript'
import { type Plugin, transformWithOxc } from 'vite'

interface Snippet {
  line: number
  code: string
}

const FENCE = /^\s*```(?:ts|typescript|js|javascript)\b(?<meta>[^`]*)$/

/**
 * The fenced TypeScript of the `@example` tags of a source file, or of a whole Markdown file.
 * A fence marked `no-test` is left out; one marked `continued` begins with the code of the fence before it.
 */
function snippets(text: string, markdown: boolean): Snippet[] {
  const found: Snippet[] = []
  let inExample = markdown
  let open: Snippet | undefined
  let skipping = false
  for (const [index, raw] of text.split('\n').entries()) {
    if (!markdown && /^\s*\/\*\*/.test(raw)) inExample = false
    const line = markdown ? raw : raw.replace(/^\s*(?:\/\*\*|\*(?!\/)) ?/, '')
    const closes = /^\s*```\s*$/.test(line)
    if (open) {
      if (closes) {
        found.push(open)
        open = undefined
      } else open.code += `${line}\n`
    } else if (skipping) {
      skipping = !closes
    } else {
      if (!markdown && /^\s*@\w+/.test(line)) inExample = /^\s*@example\b/.test(line)
      const meta = FENCE.exec(line)?.groups?.meta
      if (meta !== undefined && inExample && !meta.includes('no-test'))
        open = { line: index + 1, code: meta.includes('continued') ? (found.at(-1)?.code ?? '') : '' }
      else skipping = /^\s*```/.test(line)
    }
    if (!markdown && raw.includes('*/')) {
      inExample = skipping = false
      open = undefined
    }
  }
  return found
}

/** What is checked at the end of a statement: an expression's value, or that of the one variable it declares. */
function subject(statement: ts.Statement, file: ts.SourceFile): string | undefined {
  if (ts.isVariableStatement(statement)) {
    const names = statement.declarationList.declarations.map((declaration) => declaration.name.getText(file))
    return names.length === 1 ? names[0] : undefined
  }
  if (!ts.isExpressionStatement(statement)) return undefined
  const { expression } = statement
  const logged =
    ts.isCallExpression(expression) &&
    expression.expression.getText(file) === 'console.log' &&
    expression.arguments[0]
  return (logged || expression).getText(file)
}

/** Imports become dynamic ones; `expression // => value` becomes an expectation, `// ~> value` one to five digits. */
function toTest({ code, line }: Snippet, title: string): string {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest, true)
  let body = ''
  let checks = 0
  for (const statement of file.statements) {
    const text = statement.getText(file)
    if (ts.isImportDeclaration(statement)) {
      const from = statement.moduleSpecifier.getText(file)
      const clause = statement.importClause
      const names = clause?.namedBindings
      if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) continue
      if (names && ts.isNamespaceImport(names)) body += `const ${names.name.text} = await import(${from})\n`
      else {
        const values = (names?.elements ?? []).filter((element) => !element.isTypeOnly)
        const bound = values.map(({ name, propertyName }) => `${(propertyName ?? name).text}: ${name.text}`)
        if (clause?.name) bound.push(`default: ${clause.name.text}`)
        body += `const { ${bound.join(', ')} } = await import(${from})\n`
      }
      continue
    }
    // A semicolon may stand before the note, or on the line after it (`;[…]`).
    const note = [statement.end, statement.getLastToken(file)?.pos ?? statement.end]
      .flatMap((end) => ts.getTrailingCommentRanges(code, end) ?? [])
      .map((range) => code.slice(range.pos + 2, range.end).trim())
      .find((comment) => /^[=~]>/.test(comment))
    const value = note && subject(statement, file)
    if (value) checks++
    if (!value || !ts.isExpressionStatement(statement)) body += `${text}\n`
    if (note && value)
      body += `${note.startsWith('=') ? 'equal' : 'close'}(${value}, (${note.slice(2).trim()}))\n`
  }
  // A claim that cannot be checked must not look like one that was.
  if (checks !== (code.match(/\/\/ ?[=~]>/g) ?? []).length)
    body = `throw new Error('A "// =>" belongs behind an expression or a declaration of one variable, at the top level.')\n`
  return `test(${JSON.stringify(`${title}:${line}`)}, async () => {\n${body}})\n`
}

// An example may show a typed array as a plain one.
const HELP = `import { expect, test } from 'vitest'
const plain = (value: any): any =>
  ArrayBuffer.isView(value) ? Array.from(value as any) : Array.isArray(value) ? value.map(plain) : value
const equal = (got: any, want: any) => expect(plain(got)).toEqual(plain(want))
const flat = (value: any): number[] => (typeof value === 'object' ? Array.from(value as any).flatMap(flat) : [value])
function close(got: any, want: any) {
  expect(flat(got).length).toBe(flat(want).length)
  flat(got).forEach((value, index) => expect(value).toBeCloseTo(flat(want)[index]!, 5))
}
`

/** Makes `import('./file.ts?doctest')` register the examples of that file as tests. */
export function doctest(): Plugin {
  return {
    name: 'doctest',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith('?doctest')) return null
      const path = id.slice(0, -'?doctest'.length)
      this.addWatchFile(path)
      const found = snippets(readFileSync(path, 'utf8'), path.endsWith('.md'))
      const code = found.length
        ? HELP + found.map((snippet) => toTest(snippet, relative('.', path))).join('\n')
        : 'export {}'
      const js = await transformWithOxc(code, `${path}.doctest.ts`)
      return { code: js.code, map: null, moduleType: 'js' }
    },
  }
}

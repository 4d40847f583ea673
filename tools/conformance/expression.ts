/** What an expression can come to. */
export type Result =
  | null
  | boolean
  | number
  | string
  | readonly Result[]
  | ((...args: Result[]) => Result)
  | object

/** Calls what is no function of numbers, e.g. a constructor. */
export type Call = (
  name: string,
  positional: readonly Result[],
  named: Readonly<Record<string, Result>>,
) => Result

type Scope = Readonly<Record<string, Result>>
type Node = (scope: Scope) => Result

const number = (value: Result): number => {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value !== 'number') throw new Error(`expected a number, got ${typeof value}`)
  return value
}
const spread = (args: Result[]) => args.flat().map((arg) => number(arg as Result))
const FUNCTIONS: Readonly<Record<string, (...args: Result[]) => Result>> = {
  min: (...args) => Math.min(...spread(args)),
  max: (...args) => Math.max(...spread(args)),
  pow: (a, b) => number(a!) ** number(b!),
  log: (a, b) => Math.log(number(a!)) / (b === undefined ? 1 : Math.log(number(b))),
  int: (a) => Math.trunc(number(a!)),
  float: (a) => (a === 'inf' ? Infinity : a === '-inf' ? -Infinity : Number(a)),
  ...Object.fromEntries(
    (['abs', 'ceil', 'cos', 'exp', 'floor', 'sin', 'sqrt', 'tanh', 'log2', 'log10'] as const).map((name) => [
      name,
      (a: Result) => Math[name](number(a)),
    ]),
  ),
}
const CONSTANTS: Scope = {
  True: true,
  False: false,
  None: null,
  pi: Math.PI,
  e: Math.E,
  inf: Infinity,
  nan: NaN,
}
const floorMod = (a: number, b: number) => a - b * Math.floor(a / b)
const BINARY: readonly Readonly<Record<string, (a: number, b: number) => Result>>[] = [
  {
    '<': (a, b) => a < b,
    '<=': (a, b) => a <= b,
    '>': (a, b) => a > b,
    '>=': (a, b) => a >= b,
    '==': (a, b) => a === b,
    '!=': (a, b) => a !== b,
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b, '//': (a, b) => Math.floor(a / b), '%': floorMod },
]
const TOKEN =
  /\s*((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[a-z_]\w*|'[^']*'|"[^"]*"|\*\*|\/\/|[<>=!]=|[-+*/%<>()[\],=:.])/iy

/**
 * A small part of Python's expressions: numbers, words, lists, arithmetic, comparisons, `a if c else b`, `lambda`, the functions
 * of `math`, and calls with named arguments, which are left to `call`. Nothing is evaluated by the engine.
 */
export function evaluate(text: string, scope: Scope = {}, call?: Call): Result {
  return new Parser(text, call).parse()(scope)
}

class Parser {
  private readonly tokens: string[] = []
  private at = 0

  constructor(
    private readonly text: string,
    private readonly call: Call | undefined,
  ) {
    TOKEN.lastIndex = 0
    let end = 0
    for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
      this.tokens.push(match[1]!)
      end = TOKEN.lastIndex
    }
    if (text.slice(end).trim() !== '') throw this.error(`'${text.slice(end)}'`)
  }

  parse(): Node {
    const node = this.expression()
    if (this.at < this.tokens.length) throw this.error(`'${this.tokens[this.at]}'`)
    return node
  }

  private error(what: string): Error {
    return new Error(`cannot read ${what} in '${this.text}'`)
  }

  private takes(token: string): boolean {
    if (this.tokens[this.at] !== token) return false
    this.at++
    return true
  }

  private wants(token: string): void {
    if (!this.takes(token)) throw this.error(`'${this.tokens[this.at] ?? 'the end'}', expected '${token}',`)
  }

  private expression(): Node {
    if (this.takes('lambda')) return this.lambda()
    const value = this.logical('or')
    if (!this.takes('if')) return value
    const condition = this.logical('or')
    this.wants('else')
    const other = this.expression()
    return (scope) => (condition(scope) ? value(scope) : other(scope))
  }

  private lambda(): Node {
    const name = this.tokens[this.at++]!
    this.wants(':')
    const body = this.expression()
    return (scope) => (value: Result) => body({ ...scope, [name]: value })
  }

  private logical(word: 'or' | 'and'): Node {
    const inner = () => (word === 'or' ? this.logical('and') : this.negation())
    let left = inner()
    while (this.takes(word)) {
      const [a, b] = [left, inner()]
      left = word === 'or' ? (scope) => a(scope) || b(scope) : (scope) => a(scope) && b(scope)
    }
    return left
  }

  private negation(): Node {
    if (!this.takes('not')) return this.binary(0)
    const value = this.negation()
    return (scope) => !value(scope)
  }

  private binary(level: number): Node {
    if (level === BINARY.length) return this.unary()
    let left = this.binary(level + 1)
    for (;;) {
      const apply = BINARY[level]![this.tokens[this.at] ?? '']
      if (!apply) return left
      this.at++
      const [a, b] = [left, this.binary(level + 1)]
      left = (scope) => apply(number(a(scope)), number(b(scope)))
    }
  }

  private unary(): Node {
    if (this.takes('+')) return this.unary()
    if (this.takes('-')) {
      const value = this.unary()
      return (scope) => -number(value(scope))
    }
    const base = this.atom()
    if (!this.takes('**')) return base
    const exponent = this.unary()
    return (scope) => number(base(scope)) ** number(exponent(scope))
  }

  private atom(): Node {
    const token = this.tokens[this.at++]
    if (token === undefined) throw this.error('the end')
    if (token === '(') return this.parenthesis()
    if (token === '[') return this.list(']')
    if (/^[\d.]/.test(token)) return () => Number(token)
    if (/^['"]/.test(token)) return () => token.slice(1, -1)
    if (!/^[a-z_]/i.test(token)) throw this.error(`'${token}'`)
    let name = token
    while (this.takes('.')) name = this.tokens[this.at++] ?? ''
    return this.takes('(') ? this.application(name) : this.named(name)
  }

  /** One value in parentheses, or a tuple. */
  private parenthesis(): Node {
    const first = this.at
    const list = this.list(')')
    const tuple = this.tokens[first] === ')' || this.tupled
    return (scope) => (tuple ? list(scope) : (list(scope) as readonly Result[])[0]!)
  }

  private tupled = false

  private list(end: ')' | ']'): Node {
    const items: Node[] = []
    let commas = 0
    while (!this.takes(end)) {
      items.push(this.expression())
      if (this.takes(',')) commas++
      else if (this.tokens[this.at] !== end) throw this.error(`'${this.tokens[this.at] ?? 'the end'}'`)
    }
    this.tupled = commas > 0
    return (scope) => items.map((item) => item(scope))
  }

  private named(name: string): Node {
    return (scope) => {
      for (const values of [scope, CONSTANTS]) if (Object.hasOwn(values, name)) return values[name]!
      throw this.error(`the name '${name}'`)
    }
  }

  private application(name: string): Node {
    const positional: Node[] = []
    const named: [string, Node][] = []
    while (!this.takes(')')) {
      if (this.tokens[this.at + 1] === '=') {
        const key = this.tokens[this.at]!
        this.at += 2
        named.push([key, this.expression()])
      } else positional.push(this.expression())
      if (!this.takes(',') && this.tokens[this.at] !== ')')
        throw this.error(`'${this.tokens[this.at] ?? 'the end'}'`)
    }
    return (scope) => {
      const args = positional.map((arg) => arg(scope))
      const own = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
      if (own && named.length === 0) return own(...args)
      if (!this.call) throw this.error(`the function '${name}'`)
      return this.call(name, args, Object.fromEntries(named.map(([key, arg]) => [key, arg(scope)])))
    }
  }
}

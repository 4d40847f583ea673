import { MOST_ARRAYS, MOST_NUMBERS } from '../../device.js'
import type { Launch, Numbers } from '../../lowering.js'
import { divide, kernel, literal } from '../../source.js'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].slice(0, MOST_ARRAYS)

/** Reads the buffer in which `index` lies, where each but the last has `n` of what it counts. */
const choose = (index: string, read: (name: string) => string) =>
  NAMES.map((name, k) =>
    k < NAMES.length - 1
      ? `if(${index}<n){return ${read(name)};}${index}=${index}-n;`
      : `return ${read(name)};`,
  ).join('')

const JOIN = kernel([...NAMES, 'n'], `let j=i;${choose('j', (name) => `${name}[j]`)}`)

/** As many arguments as the sources have: the last buffer again and again. */
const fill = (buffers: readonly Numbers[]) => NAMES.map((_, k) => buffers[Math.min(k, buffers.length - 1)]!)

const total = (buffers: readonly Numbers[]) => buffers.reduce((sum, { length }) => sum + length, 0)

/** Buffers, all but the last of the same length, one after the other in one. */
export function join(buffers: readonly Numbers[], launch: Launch): Numbers {
  return launch(JOIN, total(buffers), [...fill(buffers), buffers[0]!.length])
}

/** Some columns of the records. */
export interface Columns {
  readonly at: number
  readonly width: number
  /** From this column of them on, they lie `skip` further right. */
  readonly from?: number
  readonly skip?: number
}

/**
 * The records of all steps: per step and sequence one row of `row` numbers, with everything in it that the layer gives. A launch makes
 * the record of one step, or joins up to seven; so a layer of T steps needs little more than T / 6 launches to bring its results together.
 */
export class Records {
  private constructor(
    private readonly pieces: readonly Numbers[],
    private readonly row: number,
    private readonly launch: Launch,
  ) {}

  /** @param steps - in order of time */
  static from(steps: readonly Numbers[], row: number, launch: Launch): Records {
    let pieces = steps
    while (pieces.length > MOST_ARRAYS) {
      const group = Math.max(2, Math.min(MOST_ARRAYS, Math.floor(MOST_NUMBERS / pieces[0]!.length)))
      const joined: Numbers[] = []
      for (let k = 0; k < pieces.length; k += group) {
        const part = pieces.slice(k, k + group)
        joined.push(part.length === 1 ? part[0]! : join(part, launch))
      }
      pieces = joined
    }
    return new Records(pieces, row, launch)
  }

  /** A part of all rows, as a buffer of its own. */
  columns({ at, width, from = width, skip = 0 }: Columns): Numbers {
    const { pieces, row, launch } = this
    if (width === row) return pieces.length === 1 ? pieces[0]! : join(pieces, launch)
    const source = kernel(
      [...NAMES, 'n', 'at'],
      `${divide('r', 'i', width)}let j=at+i-r*${width};${from < width ? `if(i-r*${width}>${literal(from - 0.5)}){j=j+${skip};}` : ''}` +
        choose('r', (name) => `${name}[r*${row}+j]`),
    )
    const rows = total(pieces) / row
    return launch(source, rows * width, [...fill(pieces), pieces[0]!.length / row, at])
  }
}

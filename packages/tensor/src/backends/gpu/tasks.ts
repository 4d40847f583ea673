/**
 * Tasks that are carried out in the order in which they were given: at once where nothing need be awaited, else one after the
 * other. After a task has failed none is carried out any more, and whoever waits learns why.
 */
export class TaskQueue {
  private tasks: (() => void | Promise<void>)[] = []
  private running = false
  private failure: Error | null = null
  private readonly waiting = new Set<(error: unknown) => void>()

  /**
   * @param waits - whether tasks may be promises
   * @param explain - what is said of an error
   */
  constructor(
    private readonly waits: boolean,
    private readonly explain: (error: unknown) => Error,
  ) {}

  /** Whether a task has failed. */
  get failed(): boolean {
    return this.failure !== null
  }

  /** Adds a task. */
  add(task: () => void | Promise<void>): void {
    if (this.failure) throw this.failure
    this.tasks.push(task)
    if (this.running) return
    if (this.waits) void this.run()
    else this.runAtOnce()
  }

  /** Carries a task out and resolves after it; rejects where it, or one before it, failed. */
  after(task: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.failure) {
        reject(this.failure)
        return
      }
      this.waiting.add(reject)
      this.add(() => {
        this.waiting.delete(reject)
        try {
          task()
          resolve()
        } catch (error) {
          reject(this.explain(error))
        }
      })
    })
  }

  private async run(): Promise<void> {
    this.running = true
    try {
      // New tasks may come while one is awaited.
      while (this.tasks.length > 0) {
        const tasks = this.tasks
        this.tasks = []
        for (const task of tasks) {
          const pending = task()
          if (pending) await pending
        }
      }
    } catch (error) {
      this.fail(error)
    }
    this.running = false
  }

  private runAtOnce(): void {
    try {
      for (const task of this.tasks.splice(0)) void task()
    } catch (error) {
      throw this.explain(error)
    }
  }

  /** From now on nothing is carried out any more. */
  fail(error: unknown): void {
    this.failure ??= this.explain(error)
    this.tasks = []
    for (const reject of this.waiting) reject(this.failure)
    this.waiting.clear()
  }
}

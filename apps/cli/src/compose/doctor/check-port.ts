import { oneLine } from "@alphaforge/core/errors";
import { refuseTakenPort } from "@alphaforge/web/serve";
import { type Checkup, ok, type Patient, problem } from "./checkup.ts";

export async function checkPort({ port }: Pick<Patient, "port">): Promise<Checkup> {
  try {
    await refuseTakenPort(port);
    return ok("port", `${port} is free for the dashboard`);
  } catch (error) {
    return problem("port", `${oneLine(error)}; if alphaforge up runs already, all is well`);
  }
}

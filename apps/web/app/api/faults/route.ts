import { takeFault } from "../../../requests/take-fault.ts";

export async function POST(request: Request): Promise<Response> {
  return takeFault(request);
}

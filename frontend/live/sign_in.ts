export async function signInAgain(_person: number): Promise<boolean> {
  return false;
}

// Answers for each line of stdin, a pattern and an event in base64 with a blank between them, how event-ruler judges
// them, in base64: "true", "false", "too complex", or "error " and the reason.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.MachineComplexityEvaluator;

public class Oracle {
  public static void main(String[] arguments) throws Exception {
    int limit = Integer.parseInt(arguments[0]);
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    StringBuilder output = new StringBuilder();
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] parts = line.split(" ");
      String answer = judge(text(parts[0]), text(parts[1]), limit);
      output.append(Base64.getEncoder().encodeToString(answer.getBytes(StandardCharsets.UTF_8))).append('\n');
    }
    System.out.print(output);
  }

  private static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static String judge(String pattern, String event, int limit) {
    String error = JsonRuleCompiler.check(pattern);
    if (error != null) return "error " + error;
    try {
      Machine machine = new Machine();
      machine.addRule("rule", pattern);
      if (machine.evaluateComplexity(new MachineComplexityEvaluator(limit)) >= limit) return "too complex";
      return String.valueOf(!machine.rulesForJSONEvent(event).isEmpty());
    } catch (Exception exception) {
      return "exception " + exception;
    }
  }
}

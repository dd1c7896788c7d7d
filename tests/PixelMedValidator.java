// Validates structured reports named on standard input, one a line, with PixelMed's template rules.
//
// PixelMed's own command takes one file and compiles its rules each time, which takes far longer
// than the file does. Java runs this source as it is: java -cp pixelmed.jar PixelMedValidator.java

import com.pixelmed.validate.DicomSRValidator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

public class PixelMedValidator {
    public static void main(String[] none) throws Exception {
        DicomSRValidator validator = new DicomSRValidator();
        BufferedReader paths =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path = paths.readLine(); path != null; path = paths.readLine()) {
            try {
                // Not described; the case of code meanings counts; no ambiguous templates;
                // the order of items and the stated templates count where a template says so.
                System.out.println(validator.validate(path, false, true, false, true, true));
            } catch (Exception problem) {
                System.out.println("Error: not validated: " + problem);
            }
            System.out.println("== end of a file");
            System.out.flush();
        }
    }
}

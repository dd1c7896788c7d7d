// Validates structured reports named on standard input, one a line, with PixelMed's template rules.
//
// PixelMed's own command takes one file and compiles its rules each time, which takes far longer
// than the file does. Java runs this source as it is, given pixelmed.jar and Saxon-HE.jar: the
// rules are XSLT, and with Java's own processor a report of 200 findings takes minutes.

import com.pixelmed.validate.DicomSRValidator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import net.sf.saxon.jaxp.TransformerImpl;

public class PixelMedValidator {
    public static void main(String[] none) throws Exception {
        DicomSRValidator validator = new DicomSRValidator();
        BufferedReader paths =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path = paths.readLine(); path != null; path = paths.readLine()) {
            try {
                forgetTheFileBefore(validator);
                // Not described; the case of code meanings counts; no ambiguous templates;
                // the order of items and the stated templates count where a template says so.
                System.out.println(validator.validate(path, false, true, false, true, true));
            } catch (Throwable problem) {
                System.out.println("Error: not validated: " + problem);
            }
            System.out.println("== end of a file");
            System.out.flush();
        }
    }

    // The first pass hands its finds to the second as a document of a fixed name, and Saxon keeps
    // what it has read under a name.
    private static void forgetTheFileBefore(DicomSRValidator validator) throws Exception {
        for (Field field : DicomSRValidator.class.getDeclaredFields()) {
            field.setAccessible(true);
            if (field.get(validator) instanceof TransformerImpl transformer) {
                transformer.getUnderlyingController().clearDocumentPool();
            }
        }
    }
}

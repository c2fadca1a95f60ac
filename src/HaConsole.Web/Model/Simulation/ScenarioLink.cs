using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using HaConsole.Simulation.Scenarios;

namespace HaConsole.Web.Model.Simulation;

/// <summary>A scenario as part of an address: the scenario file, compressed, in letters that need no escaping.</summary>
public static class ScenarioLink
{
    /// <summary>Longest text for a link, in characters; web servers accept addresses of about 8,000.</summary>
    public const int Longest = 6000;

    /// <summary>Largest scenario file that a link or an upload may hold, in bytes.</summary>
    public const int LargestFile = 64 * 1024;

    /// <summary>Text for a link; null when it would be too long.</summary>
    public static string? Encode(Scenario scenario)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            brotli.Write(Encoding.UTF8.GetBytes(ScenarioWriter.Write(scenario)));
        }

        var text = Base64Url.EncodeToString(packed.ToArray());
        return text.Length <= Longest ? text : null;
    }

    /// <summary>The scenario of a link, or null and every problem with its JSON path.</summary>
    public static Scenario? Decode(string text, out IReadOnlyList<ScenarioProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        problems = [new("$", "the link is damaged: it does not hold a scenario")];
        if (text.Length > Longest || !Base64Url.IsValid(text))
        {
            return null;
        }

        string? json;
        try
        {
            json = Unpack(Base64Url.DecodeFromChars(text));
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or FormatException or DecoderFallbackException)
        {
            return null;
        }

        if (json is null)
        {
            problems = [new("$", $"the scenario of the link is larger than {LargestFile} bytes")];
            return null;
        }

        return Read(json, out problems);
    }

    /// <summary>The scenario of a file, within what the console takes.</summary>
    public static Scenario? Read(string json, out IReadOnlyList<ScenarioProblem> problems)
        => ScenarioReader.Read(json, out problems) is { } scenario ? ScenarioDraft.From(scenario).Read(out problems) : null;

    /// <summary>Null when it is larger than allowed, however small the packed text is.</summary>
    private static string? Unpack(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        var buffer = new byte[LargestFile + 1];
        var length = brotli.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length > LargestFile ? null : new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(buffer, 0, length);
    }
}

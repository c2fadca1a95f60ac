using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace HaConsole.Web.Pages;

/// <summary>Markup that is safe to send: everything put into its holes was encoded.</summary>
public readonly record struct Html(string Text)
{
    /// <summary>No markup.</summary>
    public static Html Empty { get; } = new("");

    /// <summary>Markup from a template; values in its holes are encoded unless they are markup themselves.</summary>
    public static Html Of(HtmlTemplate template) => new(template.Take());

    /// <summary>Several pieces in a row.</summary>
    public static Html All<T>(IEnumerable<T> items, Func<T, Html> each) => new(string.Concat(items.Select(i => each(i).Text)));

    /// <summary>A piece that is there only in some cases.</summary>
    public static Html When(bool condition, Func<Html> piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        return condition ? piece() : Empty;
    }
}

/// <summary>Collects an interpolated string and encodes what is put into it.</summary>
[InterpolatedStringHandler]
public readonly struct HtmlTemplate(int literalLength, int formattedCount)
{
    private readonly StringBuilder text = new(literalLength + (formattedCount * 16));

    /// <summary>Part of the template.</summary>
    public void AppendLiteral(string value) => text.Append(value);

    /// <summary>A value.</summary>
    public void AppendFormatted<T>(T value) => text.Append(HtmlEncoder.Default.Encode(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));

    /// <summary>A value with a format.</summary>
    public void AppendFormatted<T>(T value, string format)
        where T : IFormattable
        => text.Append(HtmlEncoder.Default.Encode(value?.ToString(format, CultureInfo.InvariantCulture) ?? ""));

    /// <summary>Markup.</summary>
    public void AppendFormatted(Html value) => text.Append(value.Text);

    internal string Take() => text.ToString();
}
